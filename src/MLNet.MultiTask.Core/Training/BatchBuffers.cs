using System.Runtime.Intrinsics;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Training;

/// <summary>
/// Everything a batch passes through, in panels: [column / 16][row][column mod 16]. <c>Values[0]</c> holds the features,
/// <c>Values[l + 1]</c> what layer l puts out; the last one becomes the gradient of the loss.
/// </summary>
internal sealed unsafe class BatchBuffers
{
    private const int Width = PanelProduct.Width;
    private readonly List<AlignedBuffer> _memory = [];
    private readonly TrainingProblem _problem;
    private readonly OutputColumns _columns;

    public BatchBuffers(TrainingProblem problem, OutputColumns columns, PanelLayout layout, int maxRows)
    {
        (_problem, _columns, MaxRows) = (problem, columns, maxRows);
        Values = new float*[layout.Layers.Length + 1];
        Signals = new float*[layout.Layers.Length];
        Values[0] = Reserve(layout.Layers[0].InputPanels);
        for (int l = 0; l < layout.Layers.Length; l++)
        {
            Values[l + 1] = Reserve(layout.Layers[l].OutputPanels);
            Signals[l] = l == layout.Layers.Length - 1 ? Values[l + 1] : Reserve(layout.Layers[l].OutputPanels);
        }
        Labels = Reserve(layout.Layers[^1].OutputPanels);
        Weights = Reserve(layout.Layers[^1].OutputPanels);
    }

    public int MaxRows { get; }

    /// <summary>Distance between panels.</summary>
    public nint PanelStride => (nint)MaxRows * Width;

    public float*[] Values { get; }

    /// <summary>Gradient of the loss by the outputs of layer l, before its ReLU.</summary>
    public float*[] Signals { get; }

    /// <summary>Standardised targets or class numbers at each task's first column; afterwards w·ℓ.</summary>
    public float* Labels { get; }

    public float* Weights { get; }

    /// <summary>Copies features, labels and weights of table rows to batch rows from <paramref name="at"/> on.</summary>
    public void Gather(ReadOnlySpan<int> rows, int at)
    {
        TaskTable table = _problem.Table;
        for (int r = 0; r < rows.Length; r++)
        {
            Scatter(table.FeatureRow(rows[r]), Values[0] + (at + r) * Width);
            for (int t = 0; t < _columns.First.Length; t++)
            {
                int column = _columns.First[t];
                nint place = column / Width * PanelStride + (at + r) * Width + column % Width;
                int task = _problem.TaskIndices[t];
                float weight = table.Weight(rows[r], task);
                Weights[place] = weight;
                Labels[place] = weight > 0 ? (table.Label(rows[r], task) - _columns.Means[column]) / _columns.Scales[column] : 0;
            }
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
                sum += Vector256.Create(Vector128.WidenLower(Vector128.Load(row + r * Width + j)), Vector128.WidenUpper(Vector128.Load(row + r * Width + j)));
            sum.CopyTo(sums[(panel * Width + j)..]);
        }
    }

    private void Scatter(ReadOnlySpan<float> features, float* row)
    {
        while (features.Length > Width)
        {
            features[..Width].CopyTo(new Span<float>(row, Width));
            features = features[Width..];
            row += PanelStride;
        }
        features.CopyTo(new Span<float>(row, Width));
    }

    private float* Reserve(int panels)
    {
        _memory.Add(new AlignedBuffer());
        return _memory[^1].Reserve(checked(panels * MaxRows * Width));
    }
}
