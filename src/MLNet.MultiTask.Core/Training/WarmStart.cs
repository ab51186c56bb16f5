using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>The network of an earlier model from which a training goes on.</summary>
internal static class WarmStart
{
    /// <summary>The network with the problem's tasks as heads, and its target scaling as the problem's.</summary>
    /// <exception cref="ArgumentException">Tasks, features or layers differ; all differences are named.</exception>
    public static SharedBottomNetwork Network(TrainingProblem problem, TrainingOptions options)
    {
        SharedBottomNetwork[] networks = [.. options.InitialModel!.Models.OfType<SharedBottomNetwork>()];
        SharedBottomNetwork? network = Array.Find(networks, n => problem.Tasks.All(t => Find(n, t) is not null));
        string[] differences = network is null ? [Lacking(networks, problem.Tasks)]
            : [.. Differences(network, problem, options)];
        if (differences.Length > 0)
            throw new ArgumentException($"The training cannot go on from the initial model: " +
                $"{string.Join("; ", differences)}; set what differs as the model has it, or train without it");
        SharedBottomNetwork own = network!.Select(problem.Tasks);
        float[] means = [.. problem.Tasks.Select((task, t) =>
            (float)(own.TargetMeans[t] + Find(network, task)!.Offset - task.Offset))];
        (problem.Means, problem.Scales) = (means, own.TargetScales);
        return new SharedBottomNetwork(own.Shape, own.Parameters, means, own.TargetScales);
    }

    /// <summary>Tells the parameters of a model from others.</summary>
    public static ulong Hash(MultiTaskModel model)
    {
        ulong hash = (ulong)model.Models.Count;
        foreach (SharedBottomNetwork network in model.Models.OfType<SharedBottomNetwork>())
        {
            hash = ContentHash.Add(hash, network.Parameters);
            hash = ContentHash.Add(hash, network.TargetMeans);
            hash = ContentHash.Add(hash, network.TargetScales);
        }
        return hash;
    }

    private static string Lacking(SharedBottomNetwork[] networks, IReadOnlyList<TaskInfo> tasks)
    {
        string[] missing = [.. tasks.Where(t => networks.All(n => Find(n, t) is null)).Select(t => $"'{t.Name}'")];
        string names = string.Join(", ", tasks.Select(t => $"'{t.Name}'"));
        return networks.Length == 0 ? "it holds no shared-bottom network"
            : missing.Length > 0 ? $"it has no {(missing.Length == 1 ? "task" : "tasks")} {string.Join(", ", missing)}"
            : $"the tasks {names}, which are one group here, are in different networks of it";
    }

    private static IEnumerable<string> Differences(
        SharedBottomNetwork network, TrainingProblem problem, TrainingOptions options)
    {
        NetworkShape shape = network.Shape;
        if (shape.FeatureCount != problem.Table.FeatureCount)
            yield return $"it takes {Counted.Of(shape.FeatureCount, "feature")}, the data has " +
                $"{problem.Table.FeatureCount}";
        if (!shape.Hidden.SequenceEqual(options.Hidden))
            yield return $"its {nameof(options.Hidden)} is {Widths(shape.Hidden)}, the options' " +
                Widths(options.Hidden);
        if (shape.LayerNorm != options.LayerNorm)
            yield return $"its {nameof(options.LayerNorm)} is {Switch(shape.LayerNorm)}, the options' " +
                Switch(options.LayerNorm);
        if (shape.LinearSkip != options.LinearSkip)
            yield return $"its {nameof(options.LinearSkip)} is {Switch(shape.LinearSkip)}, the options' " +
                Switch(options.LinearSkip);
        foreach (TaskInfo task in problem.Tasks)
        {
            TaskInfo known = Find(network, task)!;
            if (known.Kind != task.Kind)
                yield return $"its task '{task.Name}' is {known.Kind}, the data's {task.Kind}";
            else if (!known.ClassNames.SequenceEqual(task.ClassNames))
                yield return $"its task '{task.Name}' has the classes {string.Join(", ", known.ClassNames)}, the " +
                    "data's " + string.Join(", ", task.ClassNames);
        }
    }

    private static string Switch(bool value) => value ? "on" : "off";

    private static string Widths(IReadOnlyList<int> hidden) => hidden.Count == 0 ? "empty" : string.Join(", ", hidden);

    private static TaskInfo? Find(SharedBottomNetwork network, TaskInfo task) =>
        network.Shape.Tasks.FirstOrDefault(t => t.Name == task.Name);
}
