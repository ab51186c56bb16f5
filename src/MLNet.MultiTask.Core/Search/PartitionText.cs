using System.Globalization;
using System.Text;

namespace MLNet.MultiTask.Search;

/// <summary>The canonical text of a partition, straight from group numbers.</summary>
internal static class PartitionText
{
    /// <summary>What <see cref="TaskGrouping.ToString()"/> says of the same partition.</summary>
    /// <param name="of">Length T; tasks of equal numbers share a group.</param>
    public static string Of(int[] of)
    {
        var text = new StringBuilder(3 * of.Length);
        for (int first = 0; first < of.Length; first++)
        {
            if (Array.IndexOf(of, of[first]) < first)
                continue;
            text.Append(first == 0 ? "" : "|").Append(CultureInfo.InvariantCulture, $"{first}");
            for (int task = first + 1; task < of.Length; task++)
                if (of[task] == of[first])
                    text.Append(CultureInfo.InvariantCulture, $",{task}");
        }
        return text.ToString();
    }
}
