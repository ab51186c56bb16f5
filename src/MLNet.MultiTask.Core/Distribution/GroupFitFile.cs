using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Distribution;

/// <summary>The models of a group as an ordinary model file over the group's tasks.</summary>
internal static class GroupFitFile
{
    /// <summary>The file; null where a model is of a kind that cannot be saved.</summary>
    public static byte[]? ToBytes(GroupFit fit, TaskTable table, IReadOnlyList<int> members)
    {
        (ServingModel Model, TaskGroup Group)[] parts = [.. fit.Models.Select(m => (m, Group(m)))
            .OrderBy(p => p.Item2.Served[0])];
        try
        {
            using var stream = new MemoryStream();
            ModelFile.Save(new SavedModel(new MultiTaskModel([.. members.Select(t => table.Tasks[t])],
                new TaskGrouping(parts.Select(p => p.Group)), [.. parts.Select(p => p.Model.Model)])), stream);
            return stream.ToArray();
        }
        catch (ArgumentException)
        {
            return null;
        }

        TaskGroup Group(ServingModel model)
        {
            HashSet<string> names = [.. model.Model.Tasks.Select(t => t.Name)];
            return new TaskGroup([.. model.Served.Select(Number)], [.. members.Except(model.Served)
                .Where(t => names.Contains(table.Tasks[t].Name)).Select(Number)]);
        }

        int Number(int task) => members.IndexOf(task);
    }

    /// <exception cref="ModelFormatException">The bytes are damaged.</exception>
    public static GroupFit Parse(byte[] bytes, IReadOnlyList<int> members)
    {
        MultiTaskModel model = ModelFile.Load(new MemoryStream(bytes, writable: false)).Model;
        return new GroupFit
        {
            Models = [.. model.Grouping.Groups.Zip(model.Models, (group, own) =>
                new ServingModel([.. group.Served.Select(t => members[t])], own))],
        };
    }

    private static int IndexOf(this IReadOnlyList<int> members, int task)
    {
        int i = 0;
        while (members[i] != task)
            i++;
        return i;
    }
}
