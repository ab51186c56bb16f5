using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.TextTasks;

/// <summary>A sentence of a guest, and six labels of it.</summary>
public sealed class Sentence
{
    /// <summary>Tokens of a sentence; longer ones are cut, shorter ones filled up with 0.</summary>
    public const int Length = 20;

    public string Text { get; set; } = "";

    /// <summary>Token ids, 0 = none.</summary>
    [VectorType(Length)]
    public float[] Features { get; set; } = new float[Length];

    public bool AboutFood { get; set; }

    public bool AboutService { get; set; }

    public bool AboutPrice { get; set; }

    public bool Praise { get; set; }

    public bool Complaint { get; set; }

    public bool ComesAgain { get; set; }

    /// <summary>Made-up sentences. What they are about and how they judge are independent; "not" turns a judgement
    /// round.</summary>
    public static IEnumerable<Sentence> Make(int count, int seed)
    {
        (string[] Nouns, int Topic)[] topics = [(["soup", "bread", "fish", "dessert"], 0),
            (["waiter", "welcome", "staff", "service"], 1), (["bill", "price", "menu of the day", "tip"], 2)];
        string[] good = ["wonderful", "excellent", "fair", "lovely"], bad = ["awful", "poor", "shocking", "dreadful"];
        string[] openings = ["Honestly, the", "I thought the", "To be frank, the", "We all agreed that the"];
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            (string[] nouns, int topic) = topics[random.Next(3)];
            bool isGood = random.Next(2) == 0, isTurned = random.Next(3) == 0, praise = isGood != isTurned;
            string[] words = isGood ? good : bad;
            yield return new Sentence
            {
                Text = $"{openings[random.Next(4)]} {nouns[random.Next(4)]} was {(isTurned ? "not " : "")}" +
                    $"{words[random.Next(4)]} {(random.Next(2) == 0 ? "this time" : "as far as I can tell")}.",
                AboutFood = topic == 0,
                AboutService = topic == 1,
                AboutPrice = topic == 2,
                Praise = praise,
                Complaint = !praise && random.Next(10) > 0,
                ComesAgain = praise ? random.Next(10) > 0 : random.Next(10) == 0,
            };
        }
    }
}
