namespace MLNet.MultiTask.Tool.Tests;

/// <summary>No two folders of the project need each other.</summary>
[TestClass]
public sealed class RoomsTests
{
    [TestMethod]
    public void Project_Folders_FormNoCircle()
    {
        Rooms rooms = new(typeof(ToolApplication).Assembly.Location,
            Path.Combine(Repository.Root!, "src", "MLNet.MultiTask.Tool"));

        Assert.IsNotEmpty(rooms.Uses);
        string[] circles = [.. rooms.Circles().Select(u => u.ToString()).Order()];
        Assert.IsEmpty(circles, string.Join('\n', circles));
    }
}
