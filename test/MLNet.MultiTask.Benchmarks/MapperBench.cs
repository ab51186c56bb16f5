using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MultiTask.Data;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Benchmarks.Verbs;

namespace MLNet.MultiTask.Benchmarks;

/// <summary>
/// One row through the transformer's mapper, as a prediction engine has it: the probabilities of all tasks of a shape,
/// each a column of its own. The network alone is timed in turn with it.
/// </summary>
internal sealed class MapperBench : IDisposable
{
    private const int Rounds = 5;
    private const int RowsPerRound = 2000;
    private const int DistinctRows = 64;

    private readonly SharedBottomNetwork _network;
    private readonly float[] _features;
    private readonly float[] _scores;
    private readonly FeatureRow _input;
    private readonly DataViewRow _row;
    private readonly ValueGetter<float>[] _getters;
    private readonly int _featureCount;

    public MapperBench(BenchShape shape)
    {
        _featureCount = shape.Features;
        _network = SharedBottomNetwork.Initialize(shape.NetworkShape(), 1);
        _features = shape.RandomFeatures(DistinctRows);
        _scores = new float[shape.Tasks];
        _input = new FeatureRow(shape.Features);
        IReadOnlyList<TaskInfo> tasks = _network.Shape.Tasks;
        var layout = new TaskLayout([.. tasks.Select((task, t) => new TaskBlock
        {
            Name = task.Name,
            Kind = task.Kind,
            Form = TaskForm.Scalar,
            FirstTask = t,
            Count = 1,
        })], tasks);
        var model = new MultiTaskModel(tasks, TaskGrouping.All(tasks.Count), [_network]);
        var transformer = new MultiTaskPredictionTransformer(new MLContext(1), model, layout, FeatureRow.ColumnName);
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(_input.Schema);
        DataViewSchema.Column[] columns = [.. tasks.Select(t => mapper.OutputSchema[$"Probability.{t.Name}"])];
        _row = mapper.GetRow(_input, columns);
        _getters = [.. columns.Select(_row.GetGetter<float>)];
    }

    /// <summary>The next row through the network alone.</summary>
    public void OneRowOfNetwork(int number) => _network.Score(Row(number), 1, _scores);

    /// <summary>The next row through the mapper.</summary>
    public void OneRow(int number)
    {
        _input.MoveTo(Row(number));
        for (int t = 0; t < _getters.Length; t++)
            _getters[t](ref _scores[t]);
    }

    public void Dispose()
    {
        _row.Dispose();
        _input.Dispose();
    }

    public static Command Create(ToolConsole console)
    {
        var shapes = new Argument<string[]>("SHAPE") { Description = "a, b or c, as 'bench score --shape' has them." };
        shapes.AcceptOnlyFromAmong([.. BenchShape.All.Select(s => s.Name)]);
        var verb = new Command("mapper",
            "Times one row through the ML.NET transformer's mapper, the network alone in turn with it.") { shapes };
        verb.SetAction(parsed =>
        {
            foreach (BenchShape shape in BenchShape.All.Where(s => parsed.GetValue(shapes)!.Contains(s.Name)))
                console.Output.WriteLine(Line(shape).ToJsonString());
        });
        return verb;
    }

    private static JsonObject Line(BenchShape shape)
    {
        using var bench = new MapperBench(shape);
        var network = new double[Rounds];
        var mapper = new double[Rounds];
        double bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            network[round] = Timing.Measure(RowsPerRound, bench.OneRowOfNetwork, CancellationToken.None).Median * 1e6;
            Timing timing = Timing.Measure(RowsPerRound, bench.OneRow, CancellationToken.None);
            mapper[round] = timing.Median * 1e6;
            bytes = Math.Max(bytes, timing.BytesPerCall);
        }
        return new JsonObject
        {
            ["bench"] = "score",
            ["shape"] = shape.Name,
            ["variant"] = "mapper",
            ["threads"] = 1,
            ["row_us"] = Math.Round(MedianOf(mapper), 2),
            ["network_row_us"] = Math.Round(MedianOf(network), 2),
            ["over_network_us"] = Math.Round(MedianOf([.. mapper.Zip(network, (m, n) => m - n)]), 2),
            ["bytes_per_row"] = Math.Round(bytes),
        };
    }

    private static double MedianOf(double[] values) => values.Order().ElementAt(values.Length / 2);

    private ReadOnlySpan<float> Row(int number) =>
        _features.AsSpan(number % DistinctRows * _featureCount, _featureCount);

    /// <summary>A row with one column of features that is moved to other values.</summary>
    private sealed class FeatureRow : DataViewRow
    {
        public const string ColumnName = "Features";

        private readonly float[] _values;
        private long _position = -1;

        public FeatureRow(int count)
        {
            _values = new float[count];
            var builder = new DataViewSchema.Builder();
            builder.AddColumn(ColumnName, new VectorDataViewType(NumberDataViewType.Single, count));
            Schema = builder.ToSchema();
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _position;

        public override long Batch => 0;

        public void MoveTo(ReadOnlySpan<float> values)
        {
            values.CopyTo(_values);
            _position++;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, _values.Length);
                _values.CopyTo(editor.Values);
                value = editor.Commit();
            };
            return (ValueGetter<TValue>)(Delegate)getter;
        }
    }
}
