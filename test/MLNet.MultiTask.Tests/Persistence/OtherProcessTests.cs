using System.Diagnostics;
using Microsoft.ML;
using MLNet.MultiTask.Persistence;

namespace MLNet.MultiTask.Tests.Persistence;

[TestClass]
public class OtherProcessTests
{
    private readonly MLContext _context = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("process").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("model.zip", "")]
    [DataRow("model.mtsk", "tr-TR")]
    [DataRow("model.mtsk", "ar-SA")]
    public void Load_InAnotherProcessAndCulture_GivesTheSameBits(string name, string culture)
    {
        IDataView data = Sample.View(_context);
        ITransformer model = _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.MultiTask().Trainers.SharedBottom(Sample.Options())).Fit(data);
        string path = Path.Combine(_folder, name);
        if (name == "model.zip")
            _context.Model.Save(model, data.Schema, path);
        else
            _context.MultiTask().Save(model, data.Schema, path);

        using Process process = Start("score", path, culture);
        string output = process.StandardOutput.ReadToEnd(), errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.AreEqual(0, process.ExitCode, errors);
        Assert.AreEqual(ChildProcess.Fingerprint(model), output.Trim());
    }

    [TestMethod]
    public void Save_ProcessKilledInBetween_LeavesAWholeFile()
    {
        string path = Path.Combine(_folder, "model.mtsk");
        IDataView data = Sample.View(_context);
        _context.MultiTask().Save(_context.MultiTask().Trainers.SharedBottom(Sample.Options()).Fit(data), data.Schema,
            path);
        byte[] before = File.ReadAllBytes(path);

        using Process process = Start("save", path, "");
        for (int saved = 0; saved < 20; saved++)
            Assert.AreEqual("saved", process.StandardOutput.ReadLine());
        process.Kill();
        process.WaitForExit();

        Assert.IsNotNull(_context.MultiTask().Load(path, out _));
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
    }

    private static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments.Prepend(typeof(OtherProcessTests).Assembly.Location))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
