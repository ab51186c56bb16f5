namespace MLNet.MultiTask.Search;

/// <summary>Where a line of a file lies.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="From">Place of its first byte.</param>
/// <param name="Length">Bytes without the line feed.</param>
internal readonly record struct HistoryPlace(int Line, long From, int Length)
{
    /// <summary>Place of the next line.</summary>
    public long End => From + Length + 1;
}

/// <summary>The whole lines of a file, one at a time; what follows the last line feed is left out.</summary>
internal static class HistoryLines
{
    private const int BufferBytes = 1 << 16;

    public static IEnumerable<(HistoryPlace Place, byte[] Bytes)> Of(Stream file)
    {
        byte[] buffer = new byte[BufferBytes];
        using var line = new MemoryStream();
        (long from, int number) = (0, 0);
        file.Position = 0;
        for (int read; (read = file.Read(buffer)) > 0;)
            for (int at = 0; at < read;)
            {
                int feed = Array.IndexOf(buffer, (byte)'\n', at, read - at), end = feed < 0 ? read : feed;
                line.Write(buffer, at, end - at);
                at = end + 1;
                if (feed < 0)
                    break;
                var place = new HistoryPlace(++number, from, (int)line.Length);
                yield return (place, line.ToArray());
                from = place.End;
                line.SetLength(0);
            }
    }
}
