using MLNet.MultiTask.Networks;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>The losses of a group's tasks, where some have a name: those that name the same one share it.</summary>
internal sealed class NamedLosses
{
    private readonly NetworkShape _shape;
    private readonly (ITaskLoss Loss, string Text, int[] Tasks)[] _named;
    private readonly int[] _rest;

    private NamedLosses(NetworkShape shape, (ITaskLoss Loss, string Text, int[] Tasks)[] named)
    {
        (_shape, _named) = (shape, named);
        _rest = [.. Enumerable.Range(0, shape.Tasks.Count).Except(named.SelectMany(n => n.Tasks))];
    }

    /// <summary>The losses of a group; null where no task of it has one with a name.</summary>
    /// <param name="losses">Texts by task name, checked.</param>
    /// <param name="group">The tasks.</param>
    /// <param name="notes">Gets a sentence for every loss that this group's tasks cannot have together.</param>
    public static NamedLosses? Of(IReadOnlyDictionary<string, string> losses, IReadOnlyList<TaskInfo> group,
        ICollection<string> notes)
    {
        var named = new List<(ITaskLoss, string, int[])>();
        foreach (IGrouping<string, int> tasks in Enumerable.Range(0, group.Count)
            .Where(t => losses.ContainsKey(group[t].Name))
            .GroupBy(t => BuiltInLosses.Parse(losses[group[t].Name]).Text, StringComparer.Ordinal))
        {
            ITaskLoss loss = BuiltInLosses.Parse(tasks.Key).Loss;
            int[] numbers = [.. tasks];
            if (loss.Absence(group, numbers) is { } reason)
                notes.Add($"Task {string.Join(", ", numbers.Select(t => $"'{group[t].Name}'"))} has the loss of its " +
                    "kind here: " +
                    reason);
            else
                named.Add((loss, tasks.Key, numbers));
        }
        return named.Count == 0 ? null : new NamedLosses(new NetworkShape(1, [], group), [.. named]);
    }

    /// <summary>Checks losses against all tasks of a table.</summary>
    /// <exception cref="ArgumentException">A task is unknown, or cannot have its loss; all of them are
    /// said.</exception>
    public static void ThrowIfUnfit(IReadOnlyDictionary<string, string> losses, IReadOnlyList<TaskInfo> tasks)
    {
        var wrong = new List<string>();
        foreach ((string name, string text) in losses)
        {
            ITaskLoss loss = BuiltInLosses.Parse(text).Loss;
            if (tasks.FirstOrDefault(t => t.Name == name) is not { } task)
                wrong.Add($"there is no task '{name}'");
            else if (loss.Refusal(task) is { } reason)
                wrong.Add(reason);
            if (loss is PreferenceLoss preference && tasks.All(t => t.Name != preference.By))
                wrong.Add($"loss 'preference' of '{name}' is by '{preference.By}', which is no task");
        }
        if (wrong.Count > 0)
            throw new ArgumentException($"{nameof(TorchModuleOptions.Losses)} do not fit the tasks " +
                $"{string.Join(", ", tasks.Select(t => $"'{t.Name}'"))}: {string.Join("; ", wrong)}");
    }

    /// <summary>For fingerprints.</summary>
    public override string ToString() => string.Concat(_named.Select(n => $"; loss {n.Text} of " +
        string.Join(", ", n.Tasks.Select(t => $"'{_shape.Tasks[t].Name}'"))));

    /// <summary>T sums Σ w·ℓ.</summary>
    public Tensor Sums(Tensor outputs, Tensor labels, Tensor weights)
    {
        var batch = new LossBatch(_shape, outputs, labels, weights);
        var sums = new Tensor[_shape.Tasks.Count];
        foreach (int t in _rest)
            sums[t] = batch.OwnLoss(t);
        foreach ((ITaskLoss loss, _, int[] tasks) in _named)
        {
            Tensor own = loss.Sums(batch, tasks);
            for (int i = 0; i < tasks.Length; i++)
                sums[tasks[i]] = own.narrow(0, i, 1);
        }
        return cat(sums);
    }
}
