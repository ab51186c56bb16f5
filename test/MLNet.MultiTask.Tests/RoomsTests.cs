namespace MLNet.MultiTask.Tests;

/// <summary>No two folders of the project need each other.</summary>
[TestClass]
public class RoomsTests
{
    [TestMethod]
    public void Project_Folders_FormNoCircle()
    {
        Rooms rooms = new(typeof(MultiTaskCatalog).Assembly.Location,
            Path.Combine(Repository.Root!, "src", "MLNet.MultiTask"));

        Assert.IsNotEmpty(rooms.Uses);
        string[] circles = [.. rooms.Circles().Select(u => u.ToString()).Order()];
        Assert.IsEmpty(circles, string.Join('\n', circles));
    }
}
