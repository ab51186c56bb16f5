using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Weightings;

/// <summary>What weightings that make steps of their own refuse.</summary>
[TestClass]
public sealed class SteppedNetworkRefusalTests
{
    [TestMethod]
    [DataRow("sam(rho=0)", "Rho must be positive and finite")]
    [DataRow("sam(around=sam)", "Around must be a weighting that makes no steps of its own kind")]
    [DataRow("auto-lambda(initial=0)", "Initial must be positive and finite")]
    [DataRow("group-updates(probe=0)", "Probe must be at least 1")]
    [DataRow("group-updates(decay=2)", "Decay must be more than 0 and at most 1")]
    public void Parse_SettingOutOfRange_NamesRange(string text, string expected) => StringAssert.StartsWith(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TaskWeightings.Parse(text)).Message, expected);

    [TestMethod]
    public void Validate_OptionsThatWouldBeIgnored_AreRefused()
    {
        TaskWeighting sam = TaskWeightings.Parse("sam(around=cagrad)");
        StringAssert.StartsWith(Refused(new() { Weighting = sam, GramianInterval = 5 }),
            "GramianInterval must be 1, and GramianSketch null, with the weighting sam(");
        StringAssert.StartsWith(Refused(new() { Weighting = new GroupUpdatesWeighting(), Hidden = [] }),
            "Weighting must be another where Hidden is empty");

        static string Refused(TrainingOptions options) =>
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(options.Validate).Message;
    }

    [TestMethod]
    public void Train_EngineThatCannotMove_IsRefusedByName()
    {
        TaskTable table = Problems.Mixed(rows: 80, missing: 0.4);
        var e = Assert.ThrowsExactly<NotSupportedException>(() => NetworkTrainer.Train(table, Problems.Split(table),
            [0, 1, 2], new TrainingOptions
            { Hidden = [4], Engine = new Unmovable(), Weighting = new AutoLambdaWeighting() }));
        StringAssert.StartsWith(e.Message,
            "The weighting auto-lambda(initial=0.1,step-size=0.0001) moves networks beside their ");
    }

    private sealed class Unmovable : ITrainingEngine
    {
        public string Name => "unmovable";

        public ITrainableNetwork Create(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
            EngineSettings settings, int maxRows) => new Network();

        private sealed class Network : ITrainableNetwork
        {
            public ReadOnlySpan<double> WeightSums => default;

            public ReadOnlySpan<double> LossSums => default;

            public void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights,
                Span<float> gradient) => throw new NotSupportedException();

            public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian) =>
                throw new NotSupportedException();

            public void ComputeLosses() => throw new NotSupportedException();

            public void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step,
                float learningRate) => throw new NotSupportedException();

            public void Dispose()
            {
            }

            public void Export(Span<float> parameters) => throw new NotSupportedException();

            public void Forward(ReadOnlySpan<int> rows, int step) => throw new NotSupportedException();

            public void Restore(OptimizerState state) => throw new NotSupportedException();

            public OptimizerState Save(int step) => throw new NotSupportedException();
        }
    }
}
