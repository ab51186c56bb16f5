using System.Reflection;
using Microsoft.ML.Tokenizers;

namespace MLNet.MultiTask.Samples.TextTasks;

/// <summary>
/// The English vocabulary of RoBERTa that Microsoft.ML.TorchSharp carries in its assembly: nothing is downloaded. Ids
/// are numbered anew by the training sentences, so that a small encoder embeds the words that occur only.
/// </summary>
public sealed class Vocabulary
{
    private const int Unknown = 1;
    private readonly EnglishRobertaTokenizer _tokenizer;
    private readonly Dictionary<int, int> _numbers = [];

    public Vocabulary(IEnumerable<string> sentences)
    {
        Assembly assembly = Assembly.Load("Microsoft.ML.TorchSharp");
        Stream Resource(string name) => assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"{assembly} holds no resource '{name}'");
        _tokenizer = EnglishRobertaTokenizer.Create(Resource("encoder.json"), Resource("vocab.bpe"),
            Resource("dict.txt"));
        foreach (string sentence in sentences)
            foreach (int id in _tokenizer.EncodeToIds(sentence))
                _numbers.TryAdd(id, _numbers.Count + Unknown + 1);
    }

    /// <summary>Numbers in use: 0 is no word, 1 a word that no training sentence has.</summary>
    public int Count => _numbers.Count + Unknown + 1;

    /// <summary>A sentence as <see cref="Sentence.Length"/> numbers.</summary>
    public float[] Encode(string sentence)
    {
        var numbers = new float[Sentence.Length];
        int i = 0;
        foreach (int id in _tokenizer.EncodeToIds(sentence).Take(numbers.Length))
            numbers[i++] = _numbers.GetValueOrDefault(id, Unknown);
        return numbers;
    }
}
