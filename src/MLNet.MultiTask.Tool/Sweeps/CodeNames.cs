using System.Globalization;
using System.Text;

namespace MLNet.MultiTask.Tool.Sweeps;

/// <summary>Names of columns and tasks as identifiers of C#, each its own, and texts as literals.</summary>
internal sealed class CodeNames(params IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = [.. taken];

    /// <summary>An identifier in Pascal case, such as <c>ClassOf2</c> of "class of-2"; none comes twice.</summary>
    public string Add(string text)
    {
        string name = Identifier(text), own = name;
        for (int i = 2; !_taken.Add(own); i++)
            own = string.Create(CultureInfo.InvariantCulture, $"{name}{i}");
        return own;
    }

    /// <summary>Letters and digits of a text, every word with a capital; "Column" where nothing is left.</summary>
    public static string Identifier(string text)
    {
        var name = new StringBuilder();
        bool begins = true;
        foreach (char c in text)
        {
            if (!char.IsLetterOrDigit(c))
            {
                begins = true;
                continue;
            }
            if (name.Length == 0 && !char.IsLetter(c))
                name.Append("Column");
            name.Append(begins ? char.ToUpperInvariant(c) : c);
            begins = false;
        }
        // Without case, such as Chinese, a name could be a keyword only if it were ASCII; those begin with a capital
        // now.
        return name.Length == 0 ? "Column" : name.ToString();
    }

    /// <summary>A text as a literal.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (char c in text)
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\t' => "\\t",
                _ when char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' =>
                    string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        return literal.Append('"').ToString();
    }
}
