using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training.Managed;

/// <summary>
/// Everything a batch passes through, in panels: [column / 16][row][column mod 16]. <c>Values[0]</c> holds the
/// features (nothing where they are sparse),
/// <c>Values[l + 1]</c> what layer l puts out; the last one becomes the gradient of the loss.
/// </summary>
internal sealed unsafe class BatchBuffers
{
    private const int Width = PanelProduct.Width;
    private readonly List<AlignedBuffer> _memory = [];
    private readonly TrainingProblem _problem;
    private readonly OutputColumns _columns;
    private readonly bool _sparse;

    public BatchBuffers(TrainingProblem problem, OutputColumns columns, PanelLayout layout, int maxRows)
    {
        (_problem, _columns, MaxRows) = (problem, columns, maxRows);
        Values = new float*[layout.Layers.Length + 1];
        Signals = new float*[layout.Layers.Length];
        Normalized = new float*[layout.Layers.Length];
        ShiftSignals = new float*[layout.Layers.Length];
        Scales = new float[layout.Layers.Length][];
        Rows = new int[maxRows];
        _sparse = layout.Layers[0].IsSparse;
        if (!_sparse)
            Values[0] = Reserve(layout.Layers[0].InputPanels);
        for (int l = 0; l < layout.Layers.Length; l++)
        {
            Values[l + 1] = Reserve(layout.Layers[l].OutputPanels);
            Signals[l] = l == layout.Layers.Length - 1 ? Values[l + 1] : Reserve(layout.Layers[l].OutputPanels);
            if (layout.Layers[l].IsNormalized)
            {
                Normalized[l] = Reserve(layout.Layers[l].OutputPanels);
                ShiftSignals[l] = Reserve(layout.Layers[l].OutputPanels);
                Scales[l] = new float[maxRows];
            }
        }
        Labels = Reserve(layout.Layers[^1].OutputPanels);
        Weights = Reserve(layout.Layers[^1].OutputPanels);
    }

    public int MaxRows { get; }

    /// <summary>Distance between panels.</summary>
    /// <remarks>
    /// A multiple of 128 rows and 72 more: at a power of two the same rows of all panels would share a few cache sets.
    /// </remarks>
    public nint PanelStride => (((nint)MaxRows + 55) / 128 * 128 + 72) * Width;

    /// <summary>The table's row of each batch row.</summary>
    public int[] Rows { get; }

    public float*[] Values { get; }

    /// <summary>
    /// Gradient of the loss by the outputs of layer l, before its ReLU, with layer norm before that.
    /// </summary>
    public float*[] Signals { get; }

    /// <summary>The gradient by the raw outputs that enters the trunk, where it is not that of the heads.</summary>
    public float* TrunkSignals { get; private set; }

    /// <summary>
    /// Layer norm: the normalised values n; after the backward pass the gradient by each row's gain.
    /// </summary>
    public float*[] Normalized { get; }

    /// <summary>Layer norm: the gradient by each row's shift.</summary>
    public float*[] ShiftSignals { get; }

    /// <summary>Layer norm: 1/√(variance + ε) of each row.</summary>
    public float[][] Scales { get; }

    /// <summary>Standardised targets or class numbers at each task's first column; afterwards w·ℓ.</summary>
    public float* Labels { get; }

    public float* Weights { get; }

    /// <summary>
    /// Copies features, labels and weights of table rows to batch rows from <paramref name="at"/> on.
    /// </summary>
    public void Gather(ReadOnlySpan<int> rows, int at)
    {
        rows.CopyTo(Rows.AsSpan(at));
        TaskTable table = _problem.Table;
        float[] scratch = !_sparse && table.Features.IsSparse ? new float[table.FeatureCount] : [];
        fixed (float* labels = table.Labels, weights = table.Weights)
            for (int r = 0; r < rows.Length; r++)
            {
                if (!_sparse)
                    fixed (float* features = table.Features.Row(rows[r], scratch))
                        GatherFeatures(features, table.FeatureCount, Values[0] + (at + r) * Width);
                nint cell = (nint)rows[r] * table.Tasks.Count;
                int done = _columns.Consecutive ? GatherVectors(labels, weights, cell + _problem.TaskIndices[0], at + r)
                    : 0;
                GatherTasks(labels, weights, cell, done, at + r);
            }
    }

    /// <summary>Σ over the batch's rows of one panel of labels or weights, column by column.</summary>
    public void Sum(float* values, int panel, int rows, Span<double> sums)
    {
        float* row = values + panel * PanelStride;
        for (int j = 0; j < Width; j += Vector128<float>.Count)
        {
            Vector256<double> sum = default;
            for (int r = 0; r < rows; r++)
                sum += Vector256.Create(Vector128.WidenLower(Vector128.Load(row + r * Width + j)),
                    Vector128.WidenUpper(Vector128.Load(row + r * Width + j)));
            sum.CopyTo(sums[(panel * Width + j)..]);
        }
    }

    /// <summary>Makes room for <see cref="TrunkSignals"/>.</summary>
    public void ReserveTrunkSignals()
    {
        if (TrunkSignals == null)
            TrunkSignals = Reserve(PanelProduct.Panels(_columns.Count));
    }

    /// <summary>Multiplies the outputs of some rows by a factor per column.</summary>
    public void ScaleOutputs(float* factors, int from, int to) => Scale(Values[^1], factors, from, to);

    /// <summary>The same, into <see cref="TrunkSignals"/>.</summary>
    public void CopyScaledOutputs(float* factors, int from, int to) => Scale(TrunkSignals, factors, from, to);

    private void Scale(float* target, float* factors, int from, int to)
    {
        for (int j = 0; j < _columns.Count; j += Vector256<float>.Count)
        {
            nint column = j / Width * PanelStride + j % Width;
            Vector256<float> factor = Vector256.Load(factors + j);
            for (int row = from; row < to; row++)
                (Vector256.Load(Values[^1] + column + row * Width) * factor).Store(target + column + row * Width);
        }
    }

    private void GatherFeatures(float* features, int count, float* row)
    {
        for (; count >= Width; count -= Width, features += Width, row += PanelStride)
        {
            Vector256.Load(features).Store(row);
            Vector256.Load(features + 8).Store(row + 8);
        }
        for (int i = 0; i < count; i++)
            row[i] = features[i];
    }

    private void GatherTasks(float* labels, float* weights, nint cell, int from, int row)
    {
        ReadOnlySpan<int> first = _columns.First, tasks = _problem.TaskIndices;
        for (int t = from; t < first.Length; t++)
        {
            int column = first[t];
            nint place = column / Width * PanelStride + row * Width + column % Width;
            float label = labels[cell + tasks[t]];
            float weight = float.IsNaN(label) ? 0 : weights == null ? 1 : weights[cell + tasks[t]];
            Weights[place] = weight;
            Labels[place] = weight > 0 ? (label - _columns.Means[column]) / _columns.Scales[column] : 0;
        }
    }

    /// <summary>
    /// The same for whole vectors of tasks that lie in the table as they do in the network; returns how many tasks.
    /// </summary>
    private int GatherVectors(float* labels, float* weights, nint cell, int row)
    {
        int t = 0;
        fixed (float* means = _columns.Means, scales = _columns.Scales)
            for (; t + Vector256<float>.Count <= _columns.Count; t += Vector256<float>.Count)
            {
                nint place = t / Width * PanelStride + row * Width + t % Width;
                Vector256<float> label = Vector256.Load(labels + cell + t), missing = ~Vector256.Equals(label, label);
                Vector256<float> weight = Vector256.AndNot(weights == null ? Vector256<float>.One
                    : Vector256.Load(weights + cell + t), missing);
                weight.Store(Weights + place);
                Vector256<float> target = (label - Vector256.Load(means + t)) / Vector256.Load(scales + t);
                (target & Vector256.GreaterThan(weight, Vector256<float>.Zero)).Store(Labels + place);
            }
        return t;
    }

    private float* Reserve(int panels)
    {
        _memory.Add(new AlignedBuffer());
        return _memory[^1].Reserve(checked((int)(panels * PanelStride)));
    }
}
