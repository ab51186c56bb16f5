using MLNet.MultiTask.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MultiTask.Learners;

/// <summary>One task on its way from rows to a model.</summary>
internal sealed class SingleTaskFit
{
    private const int ProbedRows = 1000;
    private readonly TaskTable _table;
    private readonly int[] _train, _validation;
    private readonly SingleTaskSchema _schema;
    private readonly SingleTaskView _view;
    private readonly List<string> _notes = [];
    private MLContext _context = null!;
    private IEstimator<ITransformer> _estimator = null!;

    public SingleTaskFit(TaskTable table, RowSplit split, int task, CancellationToken cancellationToken)
    {
        (_table, Task, CancellationToken) = (table, task, cancellationToken);
        _train = [.. split.Train.Where(r => table.IsObserved(r, task)).Order()];
        _validation = [.. split.Validation.Where(r => table.IsObserved(r, task)).Order()];
        bool weighted = _train.Any(r => table.Weight(r, task) != 1);
        _schema = new SingleTaskSchema(table.Tasks[task], table.FeatureCount, weighted);
        _view = new SingleTaskView(table, task, _train, _schema, cancellationToken);
    }

    public int Task { get; }

    public CancellationToken CancellationToken { get; }

    public string Name => _schema.Task.Name;

    public IEnumerable<string> Notes => _notes.Select(n => $"Task '{Name}': {n}");

    public MicrosoftMLModel? Model { get; private set; }

    public void ThrowIfUnobserved()
    {
        if (_train.Length == 0)
            throw new ArgumentException("it has no observed label among the training rows");
    }

    /// <summary>Makes the estimator and checks what it promises.</summary>
    public void Open(Func<MLContext, SingleTask, IEstimator<ITransformer>> estimator, int seed)
    {
        _context = new MLContext(seed);
        _context.Log += (_, message) =>
        {
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
                _notes.Add(message.RawMessage);
        };
        _estimator = estimator(_context, _schema.Task) ?? throw new ArgumentException("no estimator was made for it");
        SchemaShape output = _estimator.GetOutputSchema(SchemaShapes.Of(_view));
        string expected = _schema.Task.Kind == TaskKind.Multiclass ? "Vector<Single>" : "Single";
        if (!output.Any(c => c.Name == "Score" && c.TypeText() == expected))
            throw new ArgumentException($"its estimator adds no column 'Score' of type {expected}, as a trainer for " +
                $"a {_schema.Task.Kind} task does; it gives {string.Join(", ", output.Select(Describe))}");
    }

    public void Train()
    {
        CancellationToken.ThrowIfCancellationRequested();
        ITransformer transformer = _estimator.Fit(_view);
        if (_schema.Task.ExampleWeightColumnName is { } weight && !_view.WeightsWereRead)
            throw new ArgumentException($"its rows have weights, which its estimator does not read: give the trainer " +
                $"exampleWeightColumnName '{weight}', or the task no weight column");
        if (!transformer.IsRowToRowMapper)
            throw new ArgumentException("its estimator drops or adds rows, so that single rows cannot be scored");
        if (_schema.Task.Kind == TaskKind.Binary
            && transformer.GetOutputSchema(_schema.Columns).GetColumnOrNull("Probability") is null)
            transformer = Calibrated(transformer);
        bool softmax = _schema.Task.Kind == TaskKind.Multiclass && !AreProbabilities(transformer);
        if (softmax)
            _notes.Add("the scores of its estimator are no probabilities; they are made so by softmax");
        Model = new MicrosoftMLModel(transformer, _table.Tasks[Task], _table.FeatureCount,
            _schema.Task.ExampleWeightColumnName is not null, softmax);
    }

    private TransformerChain<ITransformer> Calibrated(ITransformer transformer)
    {
        bool held = _validation.Select(r => _table.Label(r, Task)).Distinct().Count() == 2;
        _notes.Add("its estimator gives no probability; a Platt calibrator was fitted on its " +
            (held ? "validation rows" : "training rows"));
        var view = new SingleTaskView(_table, Task, held ? _validation : _train, _schema, CancellationToken);
        ITransformer calibrator = _context.BinaryClassification.Calibrators
            .Platt(_schema.Task.LabelColumnName, "Score", _schema.Task.ExampleWeightColumnName)
            .Fit(transformer.Transform(view));
        return new TransformerChain<ITransformer>(transformer, calibrator);
    }

    private bool AreProbabilities(ITransformer transformer)
    {
        var scorer = new TransformerScorer(transformer, _schema);
        var scores = new float[_table.Tasks[Task].OutputCount];
        float none = 0;
        foreach (int row in _train.Take(ProbedRows))
        {
            scorer.Score(_table.FeatureRow(row), scores, ref none);
            if (scores.Any(s => s is not (>= 0 and <= 1)) || Math.Abs(scores.Sum() - 1) > 1e-3f)
                return false;
        }
        return true;
    }

    private static string Describe(SchemaShape.Column column) => $"{column.Name} ({column.TypeText()})";
}
