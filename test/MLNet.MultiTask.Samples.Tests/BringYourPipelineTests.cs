using MLNet.MultiTask.Samples.BringYourPipeline;

namespace MLNet.MultiTask.Samples.Tests;

[TestClass]
public sealed class BringYourPipelineTests
{
    /// <summary>The sample compares ONNX Runtime with ML.NET itself, and throws where they disagree.</summary>
    [TestMethod]
    public void Main_Run_ExportsAGraphThatAgrees()
    {
        string folder = Directory.CreateTempSubdirectory("reviews").FullName;
        TextWriter before = Console.Out;
        var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            typeof(Review).Assembly.EntryPoint!.Invoke(null, [new[] { folder }]);
        }
        finally
        {
            Console.SetOut(before);
            Directory.Delete(folder, recursive: true);
        }
        StringAssert.Contains(output.ToString(), "Inputs of the graph: Text, City, Bill, Guests");
    }
}
