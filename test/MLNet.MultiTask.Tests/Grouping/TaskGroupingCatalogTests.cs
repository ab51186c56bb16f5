using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Affinity;
using MLNet.MultiTask.Grouping;

namespace MLNet.MultiTask.Tests.Grouping;

[TestClass]
public class TaskGroupingCatalogTests
{
    private static readonly string[] Solvers = [.. GroupingSolvers.All.Select(m => m.CatalogName)];

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [0, 1];

        public bool A { get; set; }

        public bool B { get; set; }

        public bool C { get; set; } = true;

        public bool D { get; set; } = true;
    }

    /// <summary>Four tasks, of which the first two and the last two belong together.</summary>
    private sealed class TwoPairs : ITaskAffinityEstimator
    {
        public string Name => "two pairs";

        public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default) =>
            new([.. table.Tasks.Select(t => t.Name)], [0, 2, -1, -1, 2, 0, -1, -1, -1, -1, 0, 2, -1, -1, 2, 0], Name);
    }

    public static IEnumerable<string> Names => Solvers;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Fit_EverySolver_WritesTheGroupsIntoTheColumn(string solver)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i =>
            new Row { A = i % 2 == 0, B = i % 3 == 0, C = i % 5 != 0, D = i % 2 != 0 }));
        TaskColumn[] tasks = [TaskColumn.Binary("A"), TaskColumn.Binary("B"), TaskColumn.Binary("C"),
            TaskColumn.Binary("D")];
        IDataView data = context.MultiTask().Affinity.Custom(new() { Tasks = tasks },
            new TwoPairs()).Fit(rows).Transform(rows);
        TaskGroupingTransformer transformer = Estimator(context.MultiTask().Grouping, solver).Fit(data);
        if (solver == "QuotientCover")
            Assert.AreEqual(2, transformer.Grouping.Count);
        else
            Assert.AreEqual("0,1|2,3", transformer.Grouping.ToString());
        DataViewSchema.Column column = transformer.Transform(data).Schema["TaskGroup"];
        using DataViewRowCursor cursor = transformer.Transform(data).GetRowCursor([column]);
        ValueGetter<VBuffer<uint>> getter = cursor.GetGetter<VBuffer<uint>>(column);
        Assert.IsTrue(cursor.MoveNext());
        VBuffer<uint> keys = default;
        getter(ref keys);
        CollectionAssert.AreEqual(transformer.Grouping.ToAssignment().Select(g => (uint)g + 1).ToArray(),
            keys.DenseValues().ToArray());
    }

    [TestMethod]
    public void Catalog_EverySolver_HasBothOverloads()
    {
        foreach (string name in Solvers)
            Assert.AreEqual(2, typeof(TaskGroupingCatalog).GetMethods().Count(m => m.Name == name), name);
        string[] others = [.. typeof(TaskGroupingCatalog).GetMethods().Where(m => m.DeclaringType ==
            typeof(TaskGroupingCatalog)).Select(m => m.Name).Except([.. Solvers, "Custom"])];
        Assert.IsEmpty(others, string.Join(", ", others));
    }

    private static TaskGroupingEstimator Estimator(TaskGroupingCatalog catalog, string solver) => solver switch
    {
        "SemidefiniteProgram" => catalog.SemidefiniteProgram(2),
        "BranchAndBound" => catalog.BranchAndBound(2),
        "SubsetProgramming" => catalog.SubsetProgramming(2),
        "Exhaustive" => catalog.Exhaustive(2),
        "Spectral" => catalog.Spectral(2),
        "ExtendedSpectral" => catalog.ExtendedSpectral(2),
        "Agglomerative" => catalog.Agglomerative(2),
        "KMeans" => catalog.KMeans(2),
        "Fuzzy" => catalog.Fuzzy(2),
        "Interval" => catalog.Interval(2),
        "Annealing" => catalog.Annealing(2),
        "RandomSearch" => catalog.RandomSearch(2),
        "Cover" => catalog.Cover(2),
        "QuotientCover" => catalog.QuotientCover(2),
        _ => throw new ArgumentException($"Make an estimator of '{solver}' here", nameof(solver)),
    };
}
