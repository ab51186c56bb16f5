using System.Globalization;
using MLNet.MultiTask.Tests.Grouping;

namespace MLNet.MultiTask.Tests.Affinity;

/// <summary>
/// The losses of all 31 groups of five tasks, and of five half-size single-task networks (Standley et al., ICML 2020).
/// </summary>
internal sealed class StandleyTables
{
    private StandleyTables(IReadOnlyList<Network> networks) => Networks = networks;

    /// <summary>A trained network: its cost, its tasks, and each task's loss (NaN = not served).</summary>
    public sealed record Network(double Cost, int[] Tasks, double[] Losses);

    public IReadOnlyList<Network> Networks { get; }

    public IEnumerable<Network> FullSize => Networks.Where(n => n.Cost == 1);

    public static StandleyTables Read(int setting, string part) =>
        new([.. File.ReadLines(Repository.Shared($"data/affinity/standley_setting{setting}_{part}.csv"))
        .Skip(1).Select(line =>
        {
            string[] cells = line.Split(',');
            double[] losses = [.. cells[1..].Select(c => c.Length == 0 ? double.NaN
                : double.Parse(c, CultureInfo.InvariantCulture))];
            return new Network(double.Parse(cells[0], CultureInfo.InvariantCulture),
                [.. Enumerable.Range(0, 5).Where(t => !double.IsNaN(losses[t]))], losses);
        })]);

    /// <summary>The losses of the members, in order.</summary>
    public static double[] MemberLosses(Network network) => [.. network.Tasks.Select(t => network.Losses[t])];
}
