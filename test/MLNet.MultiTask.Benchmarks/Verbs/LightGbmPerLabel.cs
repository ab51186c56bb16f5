using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>One LightGBM of ML.NET per label, and one prediction engine for each.</summary>
internal sealed class LightGbmPerLabel
{
    private readonly float[] _scores;
    private readonly Row _row;
    private readonly List<Func<Row, float[]>> _engines = [];

    private LightGbmPerLabel(BenchData data) =>
        (_scores, _row) = (data.Scores, new Row { Features = new float[data.Table.FeatureCount] });

    public static LightGbmPerLabel Train(BenchData data, ForestBench.Shape shape, CancellationToken cancellationToken)
    {
        var context = new MLContext(seed: 1);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, data.Table.FeatureCount);
        var models = new LightGbmPerLabel(data);
        for (int t = 0; t < data.Table.Tasks.Count; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int task = t;
            IDataView rows = context.Data.LoadFromEnumerable(data.Train
                .Where(r => data.Table.IsObserved(r, task)).Select(r => new Row
                {
                    Features = data.Table.FeatureRow(r).ToArray(), Label = data.Table.Label(r, task),
                    IsPositive = data.Table.Label(r, task) > 0, Class = (uint)data.Table.Label(r, task) + 1,
                }), WithClasses(schema, data.Table.Tasks[t]));
            models.Add(context, rows, schema, data.Table.Tasks[t], shape);
        }
        return models;
    }

    public void Score(ReadOnlySpan<float> features)
    {
        features.CopyTo(_row.Features);
        int at = 0;
        foreach (Func<Row, float[]> engine in _engines)
        {
            float[] own = engine(_row);
            own.CopyTo(_scores, at);
            at += own.Length;
        }
    }

    private void Add(MLContext context, IDataView rows, SchemaDefinition schema, TaskInfo task, ForestBench.Shape shape)
    {
        if (task.Kind == TaskKind.Regression)
        {
            ITransformer model = context.Regression.Trainers.LightGbm(Set(
                new LightGbmRegressionTrainer.Options { LabelColumnName = nameof(Row.Label) }, shape)).Fit(rows);
            PredictionEngine<Row, Value> engine =
                context.Model.CreatePredictionEngine<Row, Value>(model, inputSchemaDefinition: schema);
            _engines.Add(row => [engine.Predict(row).Score]);
        }
        else if (task.Kind == TaskKind.Binary)
        {
            ITransformer model = context.BinaryClassification.Trainers.LightGbm(Set(
                new LightGbmBinaryTrainer.Options { LabelColumnName = nameof(Row.IsPositive) }, shape)).Fit(rows);
            PredictionEngine<Row, Chance> engine =
                context.Model.CreatePredictionEngine<Row, Chance>(model, inputSchemaDefinition: schema);
            _engines.Add(row => [engine.Predict(row).Probability]);
        }
        else
        {
            ITransformer model = context.MulticlassClassification.Trainers.LightGbm(Set(
                new LightGbmMulticlassTrainer.Options { LabelColumnName = nameof(Row.Class) }, shape)).Fit(rows);
            PredictionEngine<Row, Chances> engine = context.Model.CreatePredictionEngine<Row, Chances>(model,
                inputSchemaDefinition: WithClasses(schema, task));
            _engines.Add(row => engine.Predict(row).Score);
        }
    }

    private static TOptions Set<TOptions, TOutput, TTransformer, TModel>(
        LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase options, ForestBench.Shape shape)
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
        where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
    {
        options.NumberOfIterations = shape.Trees;
        options.NumberOfLeaves = shape.Leaves;
        options.MaximumBinCountPerFeature = shape.Bins;
        options.NumberOfThreads = shape.Threads;
        options.LearningRate = 0.1;
        options.MinimumExampleCountPerLeaf = 20;
        return (TOptions)options;
    }

    private static SchemaDefinition WithClasses(SchemaDefinition schema, TaskInfo task)
    {
        schema[nameof(Row.Class)].ColumnType = new KeyDataViewType(typeof(uint), Math.Max(2, task.OutputCount));
        return schema;
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public bool IsPositive { get; set; }

        [KeyType(2)]
        public uint Class { get; set; }
    }

    private sealed class Value
    {
        public float Score { get; set; }
    }

    private sealed class Chance
    {
        public float Probability { get; set; }
    }

    private sealed class Chances
    {
        public float[] Score { get; set; } = [];
    }
}
