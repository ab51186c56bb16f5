using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Evaluation;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Onnx.Models;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Onnx.Tests;

/// <summary>Every kind of group model alone: its graph against its own scores, missing features included.</summary>
[TestClass]
public sealed class ModelExporterTests
{
    private const int Features = 6, Rows = 300;

    private static readonly TaskInfo[] s_tasks =
    [
        new("yes", TaskKind.Binary), new("kind", TaskKind.Multiclass, ["a", "b", "c"]),
        new("value", TaskKind.Regression),
        new("no", TaskKind.Binary),
    ];

    [TestMethod]
    public void Forest_WithGapsAndCategories_ScoresAsOurs() => AssertEqual(Forest(trees: 40), gaps: true);

    [TestMethod]
    public void Forest_WithoutTrees_ScoresItsStart() => AssertEqual(Forest(trees: 0), gaps: true);

    [TestMethod]
    public void RobustTrees_CommonGatedAndOwn_ScoreAsOurs()
    {
        var random = new RandomStream(4, "robust");
        TaskInfo[] tasks = [.. Enumerable.Range(0, 4).Select(t => new TaskInfo($"t{t}", TaskKind.Regression))];
        float[] features = new float[Rows * Features], labels = new float[Rows * tasks.Length];
        foreach (ref float x in features.AsSpan())
            x = (float)random.NextNormal();
        // A row is of one task; the last follows another rule.
        for (int row = 0; row < Rows; row++)
            for (int t = 0; t < tasks.Length; t++)
                labels[row * tasks.Length + t] = row % tasks.Length != t ? float.NaN
                    : t == 3 ? -features[row * Features]
                    : features[row * Features] + 0.3f * t * features[row * Features + 1];
        AssertEqual(new RobustTreesLearner(new() { CommonTrees = 8, GatedTrees = 8, TaskTrees = 4 }).Fit(
            new TaskTable(features, Features, tasks, labels), new RowSplit([.. Enumerable.Range(0, Rows)], []),
            [0, 1, 2, 3],
            new LearnerRun { Threads = 1 }).Models[0].Model, gaps: true);
    }

    [TestMethod]
    public void Trivial_AnyRow_ScoresTheSame() =>
        AssertEqual(new TrivialModel(Features, s_tasks, [0.3f, 0.2f, 0.5f, 0.3f, -7, 1]), gaps: true);

    [TestMethod]
    public void SharedBottom_LayerNorm_ScoresAsOurs() => AssertEqual(Network(), gaps: false);

    [TestMethod]
    public void SharedBottom_LinearSkip_ScoresAsOurs()
    {
        var shape = new NetworkShape(Features, [17, 5], s_tasks, linearSkip: true);
        AssertEqual(new SharedBottomNetwork(shape, Random(shape.ParameterCount, 3)), gaps: false);
    }

    [TestMethod]
    public void Linear_AnyTasks_ScoresAsOurs() =>
        AssertEqual(new LinearModel(Features, s_tasks, Random(Features * 6, 1), Random(6, 2)), gaps: false);

    [TestMethod]
    [DataRow(FeatureEmbedding.None, NetworkActivation.Selu, 1, false)]
    [DataRow(FeatureEmbedding.Periodic, NetworkActivation.Mish, 1, true)]
    [DataRow(FeatureEmbedding.PiecewiseLinear, NetworkActivation.Selu, 3, false)]
    [DataRow(FeatureEmbedding.Periodic, NetworkActivation.Selu, 4, true)]
    public void Tabular_EveryPart_ScoresAsOurs(FeatureEmbedding embedding, NetworkActivation activation, int members,
        bool linearSkip)
    {
        int[] bins = [3, 0, 1, 4, 0, 2];
        var shape = new TabularShape(Features, embedding, bins, [9, 7], activation, s_tasks, members, linearSkip);
        float[][] edges =
            [.. bins.Select(b => b == 0 ? [] : Enumerable.Range(0, b + 1).Select(e => e - b / 2f).ToArray())];
        var scaling = new FeatureScaling(Random(Features, 4), [1, 0.5f, 2, 1, 0, 1],
            SmoothClip: embedding != FeatureEmbedding.None);
        TargetRange[] targets = [.. s_tasks.Select(t => t.Kind == TaskKind.Regression
            ? new TargetRange(50, 12, 40, 60) : TargetRange.OfLogits(0.7f))];
        AssertEqual(new TabularNetwork(shape, scaling, edges, Random(shape.ParameterCount, 3), targets), gaps: false);
    }

    [TestMethod]
    [DataRow("0,1,2,3/0,3|1,2")]
    [DataRow("0,2|1,3/0|1|2|3")]
    [DataRow("0,1,2,3/0,1,2,3")]
    [DataRow("0,2|1,3/0|1|2|3", true)]
    public void TaskTree_AnyTree_ScoresAsOurs(string tree, bool layerNorm = false)
    {
        var shape = new TreeShape(Features, [9, 7], TaskTree.Parse(tree), s_tasks, layerNorm);
        AssertEqual(new TaskTreeNetwork(shape, Random(shape.ParameterCount, 3), [0, 0, 50, 0], [1, 1, 12, 1]),
            gaps: false);
    }

    [TestMethod]
    public void Calibrated_PlattAndIsotonic_ScoresAsOurs() => AssertEqual(new CalibratedModel(Network(),
        [new PlattCalibrator(1.7, -0.4), null, null,
            new IsotonicCalibrator([-2, -0.5f, 0, 0.25f], [0.1f, 0.1f, 0.6f, 0.9f])],
        [0.3f, 0.5f, 0.5f, 0.8f]), gaps: false);

    [TestMethod]
    public void Calibrated_OnePoint_ScoresIt() => AssertEqual(new CalibratedModel(Network(),
        [new IsotonicCalibrator([0.5f], [0.25f]), null, null, null], [0.5f, 0.5f, 0.5f, 0.1f]), gaps: false);

    [TestMethod]
    public void Ensemble_MembersOfSomeTasks_ScoresAsOurs()
    {
        var some = new LinearModel(Features, [s_tasks[2], s_tasks[1]], Random(Features * 4, 6), Random(4, 7));
        AssertEqual(new EnsembleModel(s_tasks, [Network(), Forest(trees: 7), some],
            [0.5f, 0.2f, 0.3f, 1, 0.5f, 0.5f, 0.4f, 0, 0, 0.3f, 0.3f, 0]), gaps: false);
    }

    [TestMethod]
    public void Find_EnsembleWithAModelThatHasNoExporter_IsNull()
    {
        var ensemble = new EnsembleModel(s_tasks, [Network(), new Unknown(s_tasks)],
            [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f]);
        Assert.IsNull(GroupModelExporters.Find(ensemble));
        Assert.IsNull(GroupModelExporters.Find(new CalibratedModel(ensemble, [null, null, null, null],
            [0.5f, 0.5f, 0.5f, 0.5f])));
    }

    private static float[] Random(int count, ulong seed)
    {
        var random = new RandomStream(seed, "parameters");
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    private static SharedBottomNetwork Network() =>
        SharedBottomNetwork.Initialize(new NetworkShape(Features, [17, 5], s_tasks, layerNorm: true), 3);

    private static BoostedForest Forest(int trees)
    {
        var random = new RandomStream(11, "forest");
        return new BoostedForest(s_tasks, Features, [0.1f, -0.2f, 0.3f, 0, 0.5f, -1],
            [.. Enumerable.Range(0, trees).Select(t => Grow(random, t % 3 == 0 ? (0, 6) : (1, 4)))],
            [0, 0, 50, 0], [1, 1, 12, 1]);
    }

    // Five questions in a random shape, children behind their parents, some about a category of two slots.
    private static Tree Grow(RandomStream random, (int First, int Count) outputs)
    {
        const int questions = 5;
        var open = new List<(int Node, bool Left)>();
        var nodes = new TreeNode[questions];
        for (int n = 0; n < questions; n++)
        {
            bool missingLeft = random.NextInt32(2) == 0;
            nodes[n] = new TreeNode(random.NextInt32(Features - 2), (float)random.NextNormal(), missingLeft, 0, 0)
            {
                Slots = random.NextInt32(3) == 0 ? [Features - 2, Features - 1] : null,
            };
            if (n > 0)
            {
                int at = random.NextInt32(open.Count);
                (int parent, bool left) = open[at];
                open.RemoveAt(at);
                nodes[parent] = left ? nodes[parent] with { Left = n } : nodes[parent] with { Right = n };
            }
            open.AddRange([(n, true), (n, false)]);
        }
        for (int leaf = 0; leaf < open.Count; leaf++)
        {
            (int parent, bool left) = open[leaf];
            nodes[parent] = left ? nodes[parent] with { Left = ~leaf } : nodes[parent] with { Right = ~leaf };
        }
        float[] values =
            [.. Enumerable.Range(0, open.Count * outputs.Count).Select(_ => 0.2f * (float)random.NextNormal())];
        return new Tree(nodes, values, outputs.First, outputs.Count, new float[questions],
            [.. Enumerable.Repeat(1, open.Count)]);
    }

    private static void AssertEqual(IGroupModel model, bool gaps)
    {
        var random = new RandomStream(5, "rows");
        var features = new float[Rows * Features];
        for (int i = 0; i < features.Length; i++)
            features[i] = gaps && random.NextInt32(5) == 0 ? float.NaN
                : i % Features >= Features - 2 ? random.NextInt32(2) : 2 * (float)random.NextNormal();
        float[] scores = new float[Rows * model.OutputCount], raw = [.. scores];
        model.Score(features, Rows, scores, raw);

        var graph = new GraphBuilder();
        GroupScores exported = GroupModelExporters.Find(model)!.Export(model, "x", graph);
        graph.Add(new OnnxNode("Identity", "", [exported.Scores], ["scores.output"], []));
        graph.Add(new OnnxNode("Identity", "", [exported.Raw], ["raw.output"], []));
        OnnxValue[] outputs = [new("scores.output", ElementType.Single, [model.OutputCount]),
            new("raw.output", ElementType.Single, [model.OutputCount])];
        byte[] bytes = OnnxModel.Write(graph, graph.Nodes, graph.Constants.Keys,
            [new OnnxValue("x", ElementType.Single, [Features])], outputs);

        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable(features.Chunk(Features).Select(f => new Row { X = f }),
            SchemaOf());
        using var run = new OnnxRun(bytes, data);
        AssertNear(scores, run.Of<float>("scores"));
        AssertNear(raw, run.Of<float>("raw"));
    }

    private static SchemaDefinition SchemaOf()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.X)].ColumnName = "x";
        return schema;
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])), $"value {i}");
    }

    private sealed class Unknown(IReadOnlyList<TaskInfo> tasks) : IGroupModel
    {
        public string Kind => "unknown";

        public int FeatureCount => Features;

        public IReadOnlyList<TaskInfo> Tasks => tasks;

        public int OutputCount => 6;

        public int OutputOffset(int task) => task == 0 ? 0 : task == 1 ? 1 : task + 2;

        public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads) =>
            throw new NotSupportedException();
    }

    private sealed class Row
    {
        [VectorType(Features)]
        public float[] X { get; set; } = [];
    }
}
