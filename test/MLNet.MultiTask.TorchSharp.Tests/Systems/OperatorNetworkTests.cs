using MLNet.MultiTask.Learners;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Systems;

/// <summary>
/// A module of a user's: a branch-trunk operator network over several equations ("MT-DeepONet", Kumar et al., 2024). A
/// row is an initial condition at nine sensors and a place; the tasks are the solutions there of the heat equation with
/// two conductivities and of the transport equation, known in closed form.
/// </summary>
[TestClass]
public sealed class OperatorNetworkTests : TorchTests
{
    private const int Sensors = 9, Functions = 120, Places = 10;

    [TestMethod]
    public void Fit_ThreeEquations_PredictsNewInitialConditions()
    {
        TorchArchitectures.Register("operator-test", context => new OperatorNetwork(context));
        (TaskTable table, int[] train, int[] validation, int[] test) = Equations();
        MultiTaskModel model = GroupedTrainer.Train(table, new RowSplit(train, validation), TaskGrouping.All(3),
            new TorchModuleLearner(new()
            {
                Architecture = "operator-test(width=32; rank=16)",
                Training = TestModules.Training with { MaxEpochs = 40, LearningRate = 5e-3f },
            }), new() { Threads = 1 }).Model;
        var features = new float[test.Length * table.FeatureCount];
        table.Features.CopyRows(test, features);
        var scores = new float[test.Length * 3];
        model.Score(features, test.Length, scores);
        float[] labels = [.. test.SelectMany(r => Enumerable.Range(0, 3).Select(t => table.Label(r, t)))];

        MultiTaskMetrics metrics = MultiTaskMetrics.Evaluate(table.Tasks, scores, labels);

        foreach (TaskMetrics task in metrics.Tasks)
            Assert.IsLessThan(0.35, task.RelativeRmse, task.Task.Name);
        using var file = new MemoryStream();
        Persistence.ModelFile.Save(new Persistence.SavedModel(model), file);
        file.Position = 0;
        CollectionAssert.AreEqual(Learners.TorchModuleLearnerTests.Scores(model.Models[0], table),
            Learners.TorchModuleLearnerTests.Scores(Persistence.ModelFile.Load(file).Model.Models[0], table));
    }

    /// <summary>
    /// u₀ = Σ a_k sin(kπx), k = 1, 2, 3; heat: each mode times e^(−κ(kπ)²T); transport: u₀(x − cT), odd and periodic.
    /// </summary>
    private static (TaskTable Table, int[] Train, int[] Validation, int[] Test) Equations()
    {
        var random = new RandomStream(4, "equations");
        int rows = Functions * Places, columns = Sensors + 1;
        float[] features = new float[rows * columns], labels = new float[rows * 3];
        for (int f = 0; f < Functions; f++)
        {
            double[] a = [random.NextNormal(), random.NextNormal() / 2, random.NextNormal() / 3];
            double At(double x, double kappa) => a.Select((c, k) =>
                c * Math.Exp(-kappa * Math.Pow((k + 1) * Math.PI, 2)) * Math.Sin((k + 1) * Math.PI * x)).Sum();
            for (int p = 0; p < Places; p++)
            {
                int row = f * Places + p;
                double x = random.NextDouble();
                for (int s = 0; s < Sensors; s++)
                    features[row * columns + s] = (float)At((s + 1.0) / (Sensors + 1), 0);
                features[row * columns + Sensors] = (float)(2 * x - 1);
                (labels[row * 3], labels[row * 3 + 1], labels[row * 3 + 2]) =
                    ((float)At(x, 0.01), (float)At(x, 0.05), (float)At(x - 0.2, 0));
            }
        }
        TaskInfo[] tasks = [.. ((string[])["slow heat", "fast heat", "transport"])
            .Select(n => new TaskInfo(n, TaskKind.Regression))];
        // Whole functions are held out, not places of functions that were seen.
        int[] Of(int from, int to) => [.. Enumerable.Range(from * Places, (to - from) * Places)];
        return (new TaskTable(features, columns, tasks, labels), Of(0, 80), Of(80, 95), Of(95, Functions));
    }

    /// <summary>y_t = Σ_r branch_tr(u)·trunk_r(x) + b_t.</summary>
    private sealed class OperatorNetwork : MultiTaskModule
    {
        private readonly nn.Module<Tensor, Tensor> _branch, _trunk;
        private readonly TorchSharp.Modules.Parameter _bias;
        private readonly int _rank;

        public OperatorNetwork(ArchitectureContext context) : base(context)
        {
            int width = context.Integer("width", 32), sensors = context.FeatureCount - 1;
            _rank = context.Integer("rank", 16);
            _branch = context.Seeded("branch", () => nn.Sequential(("0", nn.Linear(sensors, width)), ("1", nn.GELU()),
                ("2", nn.Linear(width, context.Tasks.Count * _rank))));
            _trunk = context.Seeded("trunk", () => nn.Sequential(("0", nn.Linear(1, width)), ("1", nn.Tanh()),
                ("2", nn.Linear(width, width)), ("3", nn.Tanh()), ("4", nn.Linear(width, _rank))));
            _bias = new TorchSharp.Modules.Parameter(zeros(context.Tasks.Count));
            register_module("branch", _branch);
            register_module("trunk", _trunk);
            register_parameter("bias", _bias);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor sensors = input.narrow(1, 0, input.shape[1] - 1), place = input.narrow(1, input.shape[1] - 1, 1);
            Tensor branch = _branch.call(sensors).view(input.shape[0], Tasks.Count, _rank);
            return (branch * _trunk.call(place).unsqueeze(1)).sum([2L]) + _bias;
        }

        public override bool IsShared(string name) => name != "bias";
    }
}
