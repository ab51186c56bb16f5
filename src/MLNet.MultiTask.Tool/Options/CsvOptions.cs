using System.CommandLine;
using System.Text;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Tool.Data.Csv;
using MLNet.MultiTask.Tool.Models;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>How the file of the data is written.</summary>
internal sealed class CsvOptions
{
    private readonly Option<string?> _separator = new("--separator")
    {
        Description = "What separates cells: one character, or tab [default: found from the first lines]",
        HelpName = "CHAR",
    };
    private readonly Option<bool> _decimalComma = new("--decimal-comma")
    {
        Description = "Numbers have a decimal comma.",
    };
    private readonly Option<string?> _encoding = new("--encoding")
    {
        Description = "The file's encoding, such as windows-1252 [default: by its byte order mark, or utf-8]",
        HelpName = "NAME",
    };
    private readonly Option<string[]?> _missing = new("--missing")
    {
        Description = "Cells that mean that a value is not known, besides the empty one " +
            $"[default: {string.Join(' ', CellTexts.UsualMissing)}]",
        HelpName = "TEXT…",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>What the file of a sweep says under their own names.</summary>
    public Option[] ForConfig => [_encoding, _missing];

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _separator, _decimalComma, _encoding, _missing })
            command.Options.Add(option);
    }

    /// <summary>
    /// The format for a model's new data: where no option says it, the texts for missing values and the decimal mark
    /// are those of its training.
    /// </summary>
    public CsvFormat For(RawPipeline pipeline, ParseResult parsed)
    {
        CsvFormat format = Read(parsed);
        if (pipeline.Featurizer is not { } featurizer)
            return format;
        return format with
        {
            Missing = IsGiven(_missing) ? format.Missing : featurizer.Rules.Missing,
            DecimalComma = IsGiven(_decimalComma) ? format.DecimalComma : featurizer.Rules.DecimalComma,
        };

        bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
    }

    /// <summary>The format that the options describe.</summary>
    public CsvFormat Read(ParseResult parsed)
    {
        char? separator = Separator(parsed.GetValue(_separator));
        bool decimalComma = parsed.GetValue(_decimalComma);
        return new CsvFormat
        {
            Separator = separator,
            DecimalComma = decimalComma,
            Encoding = Encoding(parsed.GetValue(_encoding)),
            Missing = parsed.GetResult(_missing) is { Implicit: false } ? parsed.GetValue(_missing) ?? []
                : CellTexts.UsualMissing,
        };
    }

    private static char? Separator(string? text) => text switch
    {
        null => null,
        "tab" or "\\t" => '\t',
        [var c] when char.IsAscii(c) && !char.IsLetterOrDigit(c) && c is not ('"' or '\n' or '\r' or '.' or '-') => c,
        _ => throw new InputException($"--separator is '{text}'; one character such as , ; | or the word tab is " +
            "expected."),
    };

    private static Encoding Encoding(string? name)
    {
        if (name is null)
            return System.Text.Encoding.UTF8;
        try
        {
            System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return System.Text.Encoding.GetEncoding(name);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"--encoding is '{name}', which is no encoding; utf-8, utf-16, latin1 and " +
                "windows-1252 are some.", e);
        }
    }
}
