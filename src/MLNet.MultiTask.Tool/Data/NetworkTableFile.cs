using System.Globalization;
using MLNet.MultiTask.Grouping;
using MLNet.MultiTask.Tool.Data.Csv;

namespace MLNet.MultiTask.Tool.Data;

/// <summary>
/// A CSV of trained networks: the column <c>cost</c> and a column of losses per task; an empty cell = the network does
/// not serve the task. A network is called by its tasks; one that costs a fraction 1/q or q times of the usual 1 gets
/// "/q" or "*q" behind.
/// </summary>
internal static class NetworkTableFile
{
    private const string CostColumn = "cost";

    public static NetworkTable Read(string path, CancellationToken cancellationToken)
    {
        CsvTable table = CsvTable.Read(path, new CsvFormat(), [], cancellationToken);
        string[] tasks = [.. table.Header.Named.Where(h => h != CostColumn)];
        if (tasks.Length == 0)
            throw new InputException($"{table.FileName} has no column of losses beside '{CostColumn}'.");
        CsvColumn costs = table.Column(CostColumn, "cost");
        CsvColumn[] losses = [.. tasks.Select(t => table.Column(t, "loss"))];
        return new NetworkTable(tasks, [.. Enumerable.Range(0, table.RowCount).Select(row =>
        {
            double cost = Number(table, row, CostColumn, costs.Text(row));
            if (!(cost > 0))
                throw new InputException(
                    $"{table.FileName} line {table.Line(row)}: the cost is {costs.Text(row)}; a positive number " +
                    "is expected.");
            int[] members = [.. Enumerable.Range(0, tasks.Length).Where(t => !losses[t].IsMissingAt(row))];
            if (members.Length == 0)
                throw new InputException($"{table.FileName} line {table.Line(row)} has no loss of any task.");
            double[] measured = [.. members.Select(t => Number(table, row, tasks[t], losses[t].Text(row)))];
            return new CandidateNetwork(members, measured, cost, Name(tasks, members, cost));
        })]);
    }

    /// <summary>Reads a table that must list the same networks in the same order.</summary>
    public static NetworkTable ReadLike(
        string path, NetworkTable other, string otherPath, CancellationToken cancellationToken)
    {
        NetworkTable table = Read(path, cancellationToken);
        string[] names = [.. table.Networks.Select(n => n.Name)], expected = [.. other.Networks.Select(n => n.Name)];
        if (!table.TaskNames.SequenceEqual(other.TaskNames))
            throw new InputException(
                $"{Path.GetFileName(path)} is about the tasks {string.Join(", ", table.TaskNames)}, " +
                $"{Path.GetFileName(otherPath)} about {string.Join(", ", other.TaskNames)}.");
        int longest = Math.Max(names.Length, expected.Length);
        int different = Enumerable.Range(0, longest)
            .FirstOrDefault(i => names.ElementAtOrDefault(i) != expected.ElementAtOrDefault(i), -1);
        if (different < 0)
            return table;
        string found = names.ElementAtOrDefault(different) ?? "missing",
            wanted = expected.ElementAtOrDefault(different) ?? "none";
        throw new InputException($"{Path.GetFileName(path)} must list the networks of {Path.GetFileName(otherPath)} " +
            $"in the same order; network {different + 1} is {found} instead of {wanted}.");
    }

    private static string Name(string[] tasks, int[] members, double cost)
    {
        string name = string.Join(tasks.All(t => t.Length == 1) ? "" : "+", members.Select(t => tasks[t]));
        return name + (cost == 1 ? "" : cost < 1 ? string.Create(CultureInfo.InvariantCulture, $"/{1 / cost:G6}")
            : string.Create(CultureInfo.InvariantCulture, $"*{cost:G6}"));
    }

    private static double Number(CsvTable table, int row, string column, string cell) =>
        CellReader.TryNumber(cell, out double number) && double.IsFinite(number) ? number
            : throw new InputException(
                $"{table.FileName} line {table.Line(row)}: column '{column}' is '{cell}'; a finite number " +
                "is expected.");
}
