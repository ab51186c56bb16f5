using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Measurements in a folder, one file each, so that several processes share the work and an interrupted one goes on:
/// who measures holds a lock that ends with the process, and what is there is not measured again.
/// </summary>
internal sealed class SweepCells(DirectoryInfo folder)
{
    /// <summary>A measurement that is there; null = not yet.</summary>
    public JsonObject? Read(string name)
    {
        FileInfo file = File(name);
        return file.Exists ? JsonNode.Parse(System.IO.File.ReadAllText(file.FullName))!.AsObject() : null;
    }

    /// <summary>Measures what is not there and nobody else is at.</summary>
    public void Measure(string name, Func<JsonObject> measure)
    {
        folder.Create();
        if (File(name).Exists)
            return;
        try
        {
            using var mine = new FileStream(Path.Combine(folder.FullName, name + ".lock"), FileMode.OpenOrCreate,
                FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (File(name).Exists)
                return;
            string half = File(name).FullName + ".half";
            System.IO.File.WriteAllText(half, measure().ToJsonString());
            System.IO.File.Move(half, File(name).FullName);
        }
        catch (IOException) when (System.IO.File.Exists(Path.Combine(folder.FullName, name + ".lock")))
        {
            // Another process is at it.
        }
    }

    private FileInfo File(string name) => new(Path.Combine(folder.FullName, name + ".json"));
}
