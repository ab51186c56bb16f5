using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.BringYourPipeline;

/// <summary>
/// A review of a restaurant as it comes: text, a category, numbers with gaps, labels that are often missing.
/// </summary>
public sealed class Review
{
    public string Text { get; set; } = "";

    public string City { get; set; } = "";

    /// <summary>NaN where the guest did not say.</summary>
    public float Bill { get; set; }

    public float Guests { get; set; }

    /// <summary>Label: 1 or 0; NaN where it was not asked.</summary>
    public float ComesAgain { get; set; }

    /// <summary>Label: NaN where no tip is known.</summary>
    public float Tip { get; set; }

    /// <summary>Label: "" where nobody judged.</summary>
    public string Mood { get; set; } = "";

    /// <summary>Made-up reviews whose labels follow from words, city and bill, and partly from chance.</summary>
    public static IEnumerable<Review> Make(int count, int seed)
    {
        string[] good = ["excellent", "warm", "fresh", "lovely"], bad = ["slow", "cold", "rude", "greasy"];
        string[] cities = ["Bergen", "Genoa", "Porto"];
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            string[] words = [.. Enumerable.Range(0, 3).Select(_ =>
                random.Next(2) == 0 ? good[random.Next(good.Length)] : bad[random.Next(bad.Length)])];
            int praise = words.Count(good.Contains), city = random.Next(cities.Length), guests = random.Next(1, 7);
            float bill = guests * (15 + 10 * city + 10 * random.NextSingle());
            yield return new Review
            {
                Text = string.Join(' ', words),
                City = cities[city],
                Bill = random.Next(5) == 0 ? float.NaN : bill,
                Guests = guests,
                ComesAgain = random.Next(3) == 0 ? float.NaN : praise + random.NextSingle() > 2 ? 1 : 0,
                Tip = random.Next(4) == 0 ? float.NaN : bill * 0.03f * (1 + praise) + random.NextSingle(),
                Mood = random.Next(4) == 0 ? "" : praise switch { 0 => "angry", 3 => "happy", _ => "calm" },
            };
        }
    }
}
