using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Branching;

/// <summary>
/// The loss of a branching network written down from its definition, in double precision: every task on its own goes
/// from the features through the layers of its branches to its head.
/// </summary>
internal static class DoubleTree
{
    public static double Loss(TrainingProblem problem, TreeShape shape, double[] parameters, int[] rows)
    {
        double total = 0, present = 0;
        for (int t = 0; t < problem.Tasks.Count; t++)
        {
            double sum = 0, weight = 0;
            foreach (int row in rows)
            {
                double w = problem.Table.Weight(row, problem.TaskIndices[t]);
                if (w == 0)
                    continue;
                double y = (problem.Table.Label(row, problem.TaskIndices[t]) - (double)problem.Means[t])
                    / problem.Scales[t];
                sum += w * TaskLoss(problem.Tasks[t], Outputs(shape, parameters, t, problem.Table.FeatureRow(row)), y);
                weight += w;
            }
            if (weight == 0)
                continue;
            total += problem.Tasks[t].Weight * sum / weight;
            present += problem.Tasks[t].Weight;
        }
        return total / present;
    }

    public static double[] Outputs(TreeShape shape, double[] p, int task, ReadOnlySpan<float> features)
    {
        double[] values = [.. features.ToArray().Select(x => (double)x)];
        int at = 0;
        // Blocks lie level by level, and within a level in the order of the branches they grow from.
        for (int l = 0; l <= shape.Hidden.Length; l++)
        {
            IReadOnlyList<TaskGroup> parents = l == 0 ? TaskGrouping.All(shape.Tree.TaskCount).Groups
                : shape.Tree.Levels[l - 1].Groups;
            int inputs = l == 0 ? shape.FeatureCount : shape.Hidden[l - 1];
            double[]? next = null;
            bool norm = shape.LayerNorm && l < shape.Hidden.Length;
            foreach (TaskGroup parent in Depth(shape.Tree, l, parents))
            {
                (int Units, bool IsOwn)[] parts = l == shape.Hidden.Length
                    ? [.. parent.Members.Select(t => (shape.Heads.Tasks[t].OutputCount, t == task))]
                    : [.. shape.Tree.Levels[l].Groups.Where(g => parent.Members.Contains(g.Members[0]))
                        .Select(g => (shape.Hidden[l], g.Members.Contains(task)))];
                int outputs = parts.Sum(c => c.Units), unit = 0;
                foreach ((int units, bool own) in parts)
                {
                    if (own)
                        next = [.. Enumerable.Range(unit, units).Select(o => p[at + inputs * outputs + o]
                            + Enumerable.Range(0, inputs).Sum(i => p[at + o * inputs + i] * values[i]))];
                    if (own && norm)
                    {
                        double mean = next!.Average(), deviation =
                            Math.Sqrt(next!.Average(v => (v - mean) * (v - mean)) + 1e-5);
                        int gains = at + (inputs + 1) * outputs + unit;
                        next = [.. next!.Select((v, o) =>
                            p[gains + o] * (v - mean) / deviation + p[gains + outputs + o])];
                    }
                    unit += units;
                }
                at += (inputs + (norm ? 3 : 1)) * outputs;
            }
            values = l == shape.Hidden.Length ? next! : [.. next!.Select(v => Math.Max(0, v))];
        }
        return values;
    }

    // Branches of one parent are next to each other.
    private static IEnumerable<TaskGroup> Depth(TaskTree tree, int level, IReadOnlyList<TaskGroup> groups) => level <= 1
        ? groups : Depth(tree, level - 1, tree.Levels[level - 2].Groups).SelectMany(parent =>
            groups.Where(g => parent.Members.Contains(g.Members[0])));

    private static double TaskLoss(TaskInfo task, double[] z, double y) => task.Kind switch
    {
        TaskKind.Binary => Math.Log(1 + Math.Exp(z[0])) - y * z[0],
        TaskKind.Multiclass => Math.Log(z.Sum(Math.Exp)) - z[(int)y],
        _ => (z[0] - y) * (z[0] - y),
    };
}
