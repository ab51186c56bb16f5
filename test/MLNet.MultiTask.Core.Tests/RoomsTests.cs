namespace MLNet.MultiTask.Tests;

/// <summary>The rooms of Core are in order: each uses only those before it.</summary>
[TestClass]
public class RoomsTests
{
    private static readonly string[] Order =
    [
        "Numerics", "Data", "Learners", "Networks", "Gradients", "Training", "Trees", "Linear", "Affinity", "Grouping",
        "Search", "Evaluation", "Reports", "Persistence", "Distribution",
    ];

    [TestMethod]
    public void Core_EveryRoom_UsesOnlyRoomsBeforeIt()
    {
        string sources = Path.Combine(Repository.Root!, "src", "MLNet.MultiTask.Core");
        string[] rooms = [.. Directory.GetDirectories(sources).Select(d => Path.GetFileName(d)!)
            .Except(["bin", "obj"])];
        CollectionAssert.IsSubsetOf(rooms, Order, "a room without a place in the order");

        Rooms core = new(typeof(TaskTable).Assembly.Location, sources);

        Assert.IsNotEmpty(core.Uses);
        string[] backwards = [.. core.Uses.Where(u => Array.IndexOf(Order, u.To) > Array.IndexOf(Order, u.From))
            .Select(u => u.ToString()).Order()];
        Assert.IsEmpty(backwards, string.Join('\n', backwards));
    }
}
