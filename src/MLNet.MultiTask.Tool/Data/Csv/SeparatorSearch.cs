namespace MLNet.MultiTask.Tool.Data.Csv;

/// <summary>Finds what separates the cells of a file.</summary>
internal static class SeparatorSearch
{
    private static readonly char[] s_candidates = [',', ';', '\t', '|'];

    /// <summary>
    /// The candidate that cuts the first line into most cells, among those that cut the second into as many; without
    /// one, that of the first line alone.
    /// </summary>
    public static char Find(ReadOnlySpan<byte> head)
    {
        int[] first = CountInLine(ref head), second = CountInLine(ref head);
        int[] places = [.. Enumerable.Range(0, s_candidates.Length).Where(i => first[i] > 0)];
        int[] even = [.. places.Where(i => first[i] == second[i])];
        int[] possible = even.Length > 0 ? even : places;
        return possible.Length == 0 ? ',' : s_candidates[possible.MaxBy(i => first[i])];
    }

    /// <summary>How often each candidate occurs outside of quotes; goes on behind the line.</summary>
    private static int[] CountInLine(ref ReadOnlySpan<byte> text)
    {
        var counts = new int[s_candidates.Length];
        bool quoted = false, any = false;
        int i = 0;
        for (; i < text.Length; i++)
        {
            byte b = text[i];
            if (b == '"')
                quoted = !quoted;
            else if (!quoted && b is (byte)'\n' or (byte)'\r')
            {
                if (any)
                    break;
            }
            else if (!quoted && Array.IndexOf(s_candidates, (char)b) is >= 0 and int place)
                counts[place]++;
            any |= b is not ((byte)'\n' or (byte)'\r');
        }
        text = text[i..];
        return counts;
    }
}
