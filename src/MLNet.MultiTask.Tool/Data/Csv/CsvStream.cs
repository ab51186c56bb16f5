using System.Text;

namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>A file as UTF-8; bytes that are no characters of its encoding become <see cref="Invalid"/>.</summary>
internal static class CsvStream
{
    /// <summary>A code point that no text holds, as UTF-8.</summary>
    public static ReadOnlySpan<byte> Invalid => "\uFFFF"u8;

    /// <summary>Opens a file, and tells its encoding: that of its byte order mark, or the given one.</summary>
    public static (PeekedStream Utf8, Encoding Encoding) Open(string path, Encoding byDefault)
    {
        var file = new PeekedStream(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan));
        (Encoding encoding, int mark) = file.Head switch
        {
            [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
            _ => (byDefault, 0),
        };
        file.Skip(mark);
        return (encoding is UTF8Encoding ? file : new PeekedStream(Transcode(file, encoding)), encoding);
    }

    private static Stream Transcode(Stream file, Encoding encoding)
    {
        var marking = (Encoding)encoding.Clone();
        marking.DecoderFallback = new DecoderReplacementFallback("\uFFFF");
        return Encoding.CreateTranscodingStream(file, marking, new UTF8Encoding(false));
    }
}
