using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Torch;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask;

/// <summary>
/// Ways to merge TorchSharp modules, each trained on one task from the same initial weights, into one module for all
/// tasks, without training it jointly. A trainer does both at once with <see cref="TorchModuleOptions.Merging"/>.
/// </summary>
public static class ModelMergings
{
    /// <summary>All names, in order.</summary>
    public static IReadOnlyList<string> Names => BuiltInMergings.Names;

    /// <summary>Merges experts.</summary>
    /// <param name="experts">
    /// A model whose groups have one task each, all of them TorchSharp modules that were trained from one seed: the
    /// grouping <see cref="TaskGrouping.Single(int)"/> trains such.
    /// </param>
    /// <param name="table">Data of the same tasks in the same order; some methods choose their settings on its
    /// labels.</param>
    /// <param name="split">The experts' rows: target scales are learned from the training rows, settings on the
    /// validation rows, or on training rows where there are none.</param>
    /// <param name="merging">A name with settings, such as <c>ties(keep=0.2; scale=0.3)</c>.</param>
    /// <param name="cancellationToken">Looked at at every step.</param>
    /// <returns>One module for all tasks; it is saved and loaded as any other model.</returns>
    /// <exception cref="ArgumentException">
    /// The models cannot be merged (other initial weights, architectures or features, a number that is not finite;
    /// which is said), or the merging is not known or has a setting that is out of range.
    /// </exception>
    public static MultiTaskModel Merge(MultiTaskModel experts, TaskTable table, RowSplit split, string merging,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(experts);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        if (!experts.Tasks.Select(Identity).SequenceEqual(table.Tasks.Select(Identity)))
            throw new ArgumentException("The table is of other tasks than the experts, or has them in another order",
                nameof(table));
        if (experts.Models.FirstOrDefault(m => m is not TorchModuleModel) is { } other)
            throw new ArgumentException($"The model of task '{other.Tasks[0].Name}' is of kind '{other.Kind}'; only " +
                "TorchSharp modules can be merged: train them with Trainers.TorchModule", nameof(experts));
        int[] tasks = [.. Enumerable.Range(0, table.Tasks.Count)];
        // Groups are in order of their smallest task: with one task each, in order of the tasks.
        (TorchModuleModel model, _) = ModuleMerger.Merge([.. experts.Models.Cast<TorchModuleModel>()], null,
            new TrainingProblem(table, split, tasks), Parsed(merging, nameof(merging)), "cpu", null, cancellationToken);
        return new MultiTaskModel(experts.Tasks, TaskGrouping.All(tasks.Length), [model]);
    }

    /// <exception cref="ArgumentException">There is no such merging or setting, or a value is out of range.</exception>
    internal static (IModelMerging Merging, string Text) Parsed(string merging, string parameter)
    {
        ArgumentNullException.ThrowIfNull(merging);
        try
        {
            return BuiltInMergings.Parse(merging);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, parameter, e);
        }
    }

    private static (string, TaskKind, int) Identity(TaskInfo task) => (task.Name, task.Kind, task.OutputCount);
}
