using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Schema;

namespace MLNet.MultiTask.Tests.Persistence;

/// <summary><c>mlContext.Model.Save</c> beside our own file, for many tasks.</summary>
[TestClass]
public sealed class ModelSaveScaleTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("scale").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(130, false, TaskKind.Binary)]
    [DataRow(65, true, TaskKind.Binary)]
    [DataRow(130, true, TaskKind.Multiclass)]
    public void Save_MoreColumnsThanAMappingHas_GivesTheSameValues(int tasks, bool vector, TaskKind kind)
    {
        SameValues(Model(tasks, vector, kind), kind);
    }

    [TestMethod]
    public void Save_LongAndShortColumnsMixed_GivesTheSameValues()
    {
        int[] sizes = [1, 70, 3, 1, 200, 64, 1];
        TaskInfo[] tasks = [.. Enumerable.Range(0, sizes.Sum())
            .Select(t => new TaskInfo($"task {t}", TaskKind.Binary))];
        TaskBlock[] blocks = [.. sizes.Select((size, b) => new TaskBlock
        {
            Name = $"Labels{b}", Kind = TaskKind.Binary, Form = size == 1 ? TaskForm.Scalar : TaskForm.Vector,
            FirstTask = sizes[..b].Sum(), Count = size,
        })];
        SameValues(Model(tasks, new TaskLayout(blocks, tasks)));
    }

    [TestMethod]
    [DataRow(300, false)]
    [DataRow(300, true)]
    public void Save_ManyTasks_TakesFewStagesAndBytes(int tasks, bool vector)
    {
        MultiTaskPredictionTransformer model = Model(tasks, vector);
        string zip = Path.Combine(_folder, "model.zip"), own = Path.Combine(_folder, "model.mtsk");
        _context.Model.Save(model, Rows(1).Schema, zip);
        _context.MultiTask().Save(model, Rows(1).Schema, own);
        ITransformer loaded = new MLContext().Model.Load(zip, out _);
        Assert.IsLessThan(50, ((IEnumerable<ITransformer>)loaded).Count());
        Assert.IsLessThan(3 * new FileInfo(own).Length, new FileInfo(zip).Length);
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void Save_TenThousandTasks_ComesBack(bool vector) => ComesBack(10_000, vector, "model.mtsk", path =>
        _context.MultiTask().Load(path, out _));

    // ML.NET's chain works its way through every column in every stage: minutes for a column a task.
    [TestMethod]
    [TestCategory("Slow")]
    public void SaveByMicrosoftML_TenThousandScalarTasks_ComesBack() =>
        ComesBack(10_000, vector: false, "model.zip", path => new MLContext().Model.Load(path, out _));

    [TestMethod]
    public void SaveByMicrosoftML_TenThousandTasksInAVector_ComesBackInFewStages() =>
        ComesBack(10_000, vector: true, "model.zip", path =>
        {
            ITransformer loaded = new MLContext().Model.Load(path, out _);
            Assert.IsLessThan(40, ((IEnumerable<ITransformer>)loaded).Count());
            return loaded;
        });

    private void SameValues(MultiTaskPredictionTransformer model, TaskKind kind = TaskKind.Binary)
    {
        IDataView data = Rows(30);
        string zip = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, data.Schema, zip);
        ITransformer loaded = new MLContext().Model.Load(zip, out _);
        string[] columns = [.. model.GetOutputSchema(data.Schema).Skip(1).Select(c => c.Name)];
        CollectionAssert.AreEqual(EstimatorContract.Texts(model.Transform(data), columns),
            EstimatorContract.Texts(loaded.Transform(data), columns));
        // Vectors of keys lose their size and those of classes their rows; all else has the type that it had.
        string[] Types(ITransformer transformer) => [.. transformer.GetOutputSchema(data.Schema)
            .Where(c => !c.IsHidden && kind != TaskKind.Multiclass).Select(c => $"{c.Name} {c.Type}").Order()];
        CollectionAssert.AreEqual(Types(model), Types(loaded));
    }

    private void ComesBack(int tasks, bool vector, string file, Func<string, ITransformer> load)
    {
        MultiTaskPredictionTransformer model = Model(tasks, vector);
        IDataView data = Rows(2);
        string[] columns = [.. model.GetOutputSchema(data.Schema).Skip(1).Select(c => c.Name)];
        columns = vector ? columns : [columns[0], columns[^1], columns[columns.Length / 2]];
        string[] expected = [.. EstimatorContract.Texts(model.Transform(data), columns)];
        string path = Path.Combine(_folder, file);
        if (file.EndsWith(".zip", StringComparison.Ordinal))
            _context.Model.Save(model, data.Schema, path);
        else
            _context.MultiTask().Save(model, data.Schema, path);
        CollectionAssert.AreEqual(expected, EstimatorContract.Texts(load(path).Transform(data), columns));
    }

    // What the table of docs/decisions/0005 was made with; the limits are wide, for machines that do other things, too.
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(300, false)]
    [DataRow(300, true)]
    [DataRow(12, false)]
    [DataRow(12, true)]
    public void Save_ManyTasks_TakesNoLongTime(int tasks, bool vector)
    {
        MultiTaskPredictionTransformer model = Model(tasks, vector);
        IDataView data = Rows(2000);
        string zip = Path.Combine(_folder, "model.zip"), own = Path.Combine(_folder, "model.mtsk");
        double[] theirs = Measure(() => _context.Model.Save(model, data.Schema, zip),
            () => _context.Model.Load(zip, out _), zip, data);
        double[] ours = Measure(() => _context.MultiTask().Save(model, data.Schema, own),
            () => _context.MultiTask().Load(own, out _), own, data);
        string[] names = ["save s", "load s", "schema s", "score s", "kB"];
        for (int i = 0; i < names.Length; i++)
            Console.WriteLine(FormattableString.Invariant(
                $"{tasks} tasks, {(vector ? "vector" : "scalars")}: {names[i]} zip {theirs[i]:F3}, own {ours[i]:F3}"));
        Assert.IsLessThan(3, theirs[0], "save");
        Assert.IsLessThan(1, theirs[1], "load");
        Assert.IsLessThan(2, theirs[2], "schema");
        Assert.IsLessThan(6, theirs[3], "score");
    }

    private static double[] Measure(Action save, Func<ITransformer> load, string path, IDataView data)
    {
        double Best(Action action) => Enumerable.Range(0, 4).Min(_ =>
        {
            long started = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        });
        double saved = Best(save), loaded = Best(() => load());
        ITransformer model = load();
        return [saved, loaded, Best(() => _ = model.Transform(data).Schema), Best(() => ReadAll(model.Transform(data))),
            new FileInfo(path).Length / 1000.0];
    }

    private static void ReadAll(IDataView scored)
    {
        DataViewSchema.Column[] columns = [.. scored.Schema.Where(c => c.Name.StartsWith("Probability",
            StringComparison.Ordinal) && !c.IsHidden)];
        using DataViewRowCursor cursor = scored.GetRowCursor(columns);
        Action[] reads = [.. columns.Select(c => Reader(cursor, c))];
        while (cursor.MoveNext())
            foreach (Action read in reads)
                read();
    }

    private static Action Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<float>> vector = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> values = default;
            return () => vector(ref values);
        }
        ValueGetter<float> getter = row.GetGetter<float>(column);
        float value = 0;
        return () => getter(ref value);
    }

    private IDataView Rows(int count)
    {
        var random = new RandomStream(1, "rows");
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ => new WideRow
        { Features = [.. Enumerable.Range(0, 20).Select(_ => (float)random.NextNormal())] }).ToList());
    }

    private MultiTaskPredictionTransformer Model(int count, bool vector, TaskKind kind = TaskKind.Binary)
    {
        KeyValueTexts? classes = kind == TaskKind.Multiclass ? new("Text", ["a", "b", "c"]) : null;
        TaskInfo[] tasks = [.. Enumerable.Range(0, count).Select(t => new TaskInfo($"task {t}", kind, classes?.Texts))];
        TaskBlock Block(string name, TaskForm form, int first, int size) =>
            new() { Name = name, Kind = kind, Form = form, FirstTask = first, Count = size, Classes = classes };
        var layout = new TaskLayout(vector ? [Block("Labels", TaskForm.Vector, 0, count)]
            : [.. tasks.Select((task, t) => Block(task.Name, TaskForm.Scalar, t, 1))], tasks);
        return Model(tasks, layout);
    }

    private MultiTaskPredictionTransformer Model(TaskInfo[] tasks, TaskLayout layout) => new(_context,
        new MultiTaskModel(tasks, TaskGrouping.All(tasks.Length),
            [SharedBottomNetwork.Initialize(new NetworkShape(20, [64, 32], tasks), 1)]), layout, "Features");

    private sealed class WideRow
    {
        [VectorType(20)]
        public float[] Features { get; set; } = [];
    }
}
