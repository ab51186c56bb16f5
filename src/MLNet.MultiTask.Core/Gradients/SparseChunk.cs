using MLNet.MultiTask.Data;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// The features of a chunk's rows as the few that are not 0, and the two products of the first layer with them; every
/// number is the same chain of multiply-adds as in <see cref="Gemm"/> on all features.
/// </summary>
internal sealed class SparseChunk(SparseRows features)
{
    private int[] _rows = [];

    /// <summary>Works on these rows from now on.</summary>
    public void Load(ReadOnlySpan<int> rows) => _rows = [.. rows];

    /// <summary>C (rows × outputs) += X·Wᵀ.</summary>
    /// <param name="weights">outputs × inputs.</param>
    /// <param name="inputs">Number of features.</param>
    /// <param name="sums">C.</param>
    /// <param name="outputs">Number of outputs.</param>
    public void Multiply(ReadOnlySpan<float> weights, int inputs, Span<float> sums, int outputs)
    {
        for (int o = 0; o < outputs; o++)
        {
            ReadOnlySpan<float> own = weights.Slice(o * inputs, inputs);
            for (int r = 0; r < _rows.Length; r++)
            {
                (ReadOnlySpan<int> columns, ReadOnlySpan<float> values) = Row(r);
                float sum = sums[r * outputs + o];
                for (int i = 0; i < columns.Length; i++)
                    sum = MultiplyAdd(values[i], own[columns[i]], sum);
                sums[r * outputs + o] = sum;
            }
        }
    }

    /// <summary>G (outputs × inputs) += Sᵀ·X.</summary>
    /// <param name="signals">S, rows × outputs.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="gradients">G.</param>
    /// <param name="inputs">Number of features.</param>
    public void Pull(ReadOnlySpan<float> signals, int outputs, Span<float> gradients, int inputs)
    {
        for (int o = 0; o < outputs; o++)
        {
            Span<float> own = gradients.Slice(o * inputs, inputs);
            for (int r = 0; r < _rows.Length; r++)
            {
                float signal = signals[r * outputs + o];
                if (signal == 0)
                    continue;
                (ReadOnlySpan<int> columns, ReadOnlySpan<float> values) = Row(r);
                for (int i = 0; i < columns.Length; i++)
                    own[columns[i]] = MultiplyAdd(signal, values[i], own[columns[i]]);
            }
        }
    }

    private Entries Row(int r)
    {
        int from = features.Starts[_rows[r] * features.Blocks], to = features.Starts[(_rows[r] + 1) * features.Blocks];
        return new(features.Columns.AsSpan(from, to - from), features.Values.AsSpan(from, to - from));
    }

    private static float MultiplyAdd(float a, float b, float c) =>
        Lanes256.IsSupported ? MathF.FusedMultiplyAdd(a, b, c) : a * b + c;

    private readonly ref struct Entries(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        private readonly ReadOnlySpan<int> _columns = columns;
        private readonly ReadOnlySpan<float> _values = values;

        public void Deconstruct(out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values)
        {
            columns = _columns;
            values = _values;
        }
    }
}
