using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Data;

/// <summary>Text files read by ML.NET's loader with the options under which an empty cell is a missing value.</summary>
internal static class TextFile
{
    public static TextLoader.Options OptionsOf(char separator, bool hasHeader) => new()
    {
        Separators = [separator],
        HasHeader = hasHeader,
        AllowQuoting = true,
        TrimWhitespace = true,
        MissingRealsAsNaNs = true,
    };

    /// <summary>All named columns as texts.</summary>
    public static IDataView Load(MLContext context, string path, char separator)
    {
        string[] names = Names(path, separator);
        new TextFileCheck(path, separator).ThrowIfAny();
        int[] unnamed = [.. Enumerable.Range(0, names.Length).Where(i => names[i].Length == 0)];
        if (unnamed.Length > 0)
        {
            using IChannel channel = ((IHostEnvironment)context).Start("MultiTask.LoadFromTextFile");
            channel.Info(MessageSensitivity.Schema,
                $"Left out of '{path}', since the header does not name it: column " +
                string.Join(", ", unnamed.Select(i => i + 1)));
        }
        TextLoader.Options options = OptionsOf(separator, hasHeader: true);
        options.Columns = [.. names.Select((name, i) => new TextLoader.Column(name, DataKind.String, i))
            .Where(c => c.Name.Length > 0)];
        return context.Data.LoadFromTextFile(path, options);
    }

    private static string[] Names(string path, char separator)
    {
        using var reader = new StreamReader(path);
        string header = reader.ReadLine() ?? throw new ArgumentException(
            $"'{path}' is empty; a header with the names of the columns is expected", nameof(path));
        string[] names = [.. Cells(header, separator)];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (Array.Find(names, n => n.Length > 0 && !seen.Add(n)) is { } twice)
            throw new ArgumentException($"The header of '{path}' names column '{twice}' twice", nameof(path));
        if (names.Length == 1 && Array.Find([',', ';', '\t'], s => s != separator && header.Contains(s)) is var other
            && other != '\0')
            throw new ArgumentException($"The header of '{path}' has one column only; its cells seem to be separated " +
                $"by '{(other == '\t' ? "\\t" : other)}', not by '{(separator == '\t' ? "\\t" : separator)}'",
                nameof(separator));
        return names;
    }

    private static IEnumerable<string> Cells(string line, char separator)
    {
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[++i]);
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == separator && !quoted)
            {
                yield return cell.ToString().Trim();
                cell.Clear();
            }
            else
                cell.Append(line[i]);
        yield return cell.ToString().Trim();
    }
}
