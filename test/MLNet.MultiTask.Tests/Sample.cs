using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Tests;

/// <summary>A row of made-up data: three features and labels of every kind computed from them.</summary>
internal sealed class SampleRow
{
    [VectorType(3)]
    public float[] Features { get; set; } = [];

    public bool Big { get; set; }

    public float Maybe { get; set; }

    public float Amount { get; set; }

    public string Grade { get; set; } = "";

    [VectorType(2)]
    public float[] Pair { get; set; } = [];

    [VectorType(2)]
    public string[] Marks { get; set; } = [];

    public string School { get; set; } = "";

    public float Weight { get; set; }
}

/// <summary>Data and settings that every test of the components shares.</summary>
internal static class Sample
{
    public static readonly string[] Grades = ["low", "middle", "high"];

    public static readonly TaskColumn[] Tasks =
        [TaskColumn.Binary("Big"), TaskColumn.Regression("Amount"), TaskColumn.Multiclass("Grade"),
            TaskColumn.Binary("Maybe")];

    /// <summary>Few and short epochs: enough for every path.</summary>
    public static readonly TrainingOptions Training =
        new() { Hidden = [6], MaxEpochs = 60, LearningRate = 0.01f, BatchSize = 32, Threads = 1 };

    public static SharedBottomTrainer.Options Options(params TaskColumn[] tasks) =>
        new() { Tasks = tasks.Length == 0 ? Tasks : tasks, Training = Training, Seed = 5 };

    public static List<SampleRow> Rows(int count = 200, ulong seed = 1)
    {
        var random = new RandomStream(seed, "sample");
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [(float)random.NextNormal(), (float)random.NextNormal(), (float)random.NextNormal()];
            return new SampleRow
            {
                Features = x,
                Big = x[0] + x[1] > 0,
                Maybe = random.NextInt32(3) == 0 ? float.NaN : x[0] > 0 ? 1 : 0,
                Amount = 100 + 20 * x[1] - 10 * x[2],
                Grade = Grades[x[2] < -0.5 ? 0 : x[2] < 0.5 ? 1 : 2],
                Pair = [x[0] - x[2], x[1] > 1 ? float.NaN : 2 * x[1]],
                Marks = [x[0] > 0 ? "good" : "bad", x[1] > 0 ? "good" : x[2] > 1.5 ? "" : "bad"],
                School = $"school {random.NextInt32(4)}",
                Weight = random.NextSingle(),
            };
        })];
    }

    /// <summary>The rows with the grade as a key in the order of <see cref="Grades"/>.</summary>
    public static IDataView View(MLContext context, List<SampleRow>? rows = null)
    {
        IDataView view = context.Data.LoadFromEnumerable(rows ?? Rows());
        return context.Transforms.Conversion.MapValueToKey("Grade",
            keyData: context.Data.LoadFromEnumerable(Grades.Select(g => new GradeRow { Value = g })))
            .Fit(view).Transform(view);
    }

    public static T[] Column<T>(IDataView view, string name)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[name]]);
        ValueGetter<T> getter = cursor.GetGetter<T>(view.Schema[name]);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            T value = default!;
            getter(ref value);
            values.Add(value);
        }
        return [.. values];
    }

    public static float[][] Vectors(IDataView view, string name) =>
        [.. Column<VBuffer<float>>(view, name).Select(v => v.DenseValues().ToArray())];

    private sealed class GradeRow
    {
        public string Value { get; set; } = "";
    }
}
