using System.Text;

namespace Microsoft.ML.Data;

/// <summary>The fields of a line. In a quoted field a doubled quote stands for one.</summary>
internal sealed class FieldSplitter(TextLoader.Options options)
{
    private readonly StringBuilder _field = new();

    public List<string> Split(string line)
    {
        List<string> fields = [];
        int position = 0;
        do
        {
            position = IsQuoted(line, position) ? ReadQuoted(line, position) : ReadPlain(line, position);
            string field = _field.ToString();
            fields.Add(options.TrimWhitespace ? field.Trim() : field);
        }
        while (position++ < line.Length);

        return fields;
    }

    private bool IsSeparator(char c) => Array.IndexOf(options.Separators, c) >= 0;

    private bool IsQuoted(string line, int position)
    {
        if (!options.AllowQuoting)
            return false;
        while (position < line.Length && line[position] == ' ')
            position++;
        return position < line.Length && line[position] == '"';
    }

    private int ReadPlain(string line, int position)
    {
        int end = position;
        while (end < line.Length && !IsSeparator(line[end]))
            end++;
        _field.Clear().Append(line, position, end - position);
        return end;
    }

    private int ReadQuoted(string line, int position)
    {
        _field.Clear();
        position = line.IndexOf('"', position) + 1;
        while (position < line.Length)
        {
            bool isQuote = line[position] == '"';
            if (isQuote && (position + 1 == line.Length || line[position + 1] != '"'))
                break;
            _field.Append(line[position]);
            position += isQuote ? 2 : 1;
        }

        while (position < line.Length && !IsSeparator(line[position]))
            position++;
        return position;
    }
}
