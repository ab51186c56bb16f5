using System.Globalization;
using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Tests.Processes;

/// <summary>The kernels with parts of the hardware switched off, in child processes.</summary>
[TestClass]
public sealed class InstructionSetTests
{
    private static readonly float[] Expected = TrainedParameters.Train(threads: 1);

    [TestMethod]
    public void Train_WithoutAvx512_SameBits() =>
        CollectionAssert.AreEqual(Expected, Train("DOTNET_EnableAVX512", "Avx512"));

    [TestMethod]
    public void Train_WithoutAvx2_WithinTolerance() => AssertClose(Train("DOTNET_EnableAVX2", "Avx2"));

    [TestMethod]
    [TestCategory("Slow")]
    public void Train_WithoutVectorInstructions_WithinTolerance() =>
        AssertClose(Train("DOTNET_EnableHWIntrinsic", "Sse2"));

    [TestMethod]
    [DataRow("DOTNET_EnableAVX512", "Avx512")]
    [DataRow("DOTNET_EnableAVX2", "Avx2")]
    public void NumericTests_NarrowerVectors_Pass(string variable, string without) => NumericTests(variable, without);

    [TestMethod]
    [TestCategory("Slow")]
    public void NumericTests_WithoutVectorInstructions_Pass() => NumericTests("DOTNET_EnableHWIntrinsic", "Sse2");

    private static float[] Train(string variable, string without)
    {
        string[] lines = ChildProcess.Run(["train"], (variable, "0"));
        AssertOff(lines[0], without);
        return TrainedParameters.Parse(lines[1]);
    }

    private static void NumericTests(string variable, string without)
    {
        string[] lines = ChildProcess.Run(["tests"], (variable, "0"));
        AssertOff(lines[0], without);
        Assert.IsGreaterThan(50, int.Parse(lines[1], CultureInfo.InvariantCulture));
    }

    private static void AssertClose(float[] actual)
    {
        for (int i = 0; i < Expected.Length; i++)
            Assert.AreEqual(Expected[i], actual[i], 2e-4, $"parameter {i}");
    }

    private static void AssertOff(string instructions, string without)
    {
        if (RuntimeInformation.ProcessArchitecture is not Architecture.X64)
            Assert.Inconclusive($"{without} is of x64; this is {RuntimeInformation.ProcessArchitecture}");
        Assert.DoesNotContain(without, instructions.Split(' '), "the switch had no effect");
    }
}
