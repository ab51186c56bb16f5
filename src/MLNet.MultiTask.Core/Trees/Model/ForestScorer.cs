using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// A forest laid out for scoring: the nodes of all trees in one array, so that a row's way through them is a chain of
/// loads and nothing else. Safe to call from many threads.
/// </summary>
internal sealed class ForestScorer
{
    private const int ShardRows = 256;

    private readonly Forest _forest;
    private readonly Step[] _steps;
    private readonly float[] _values;
    private readonly Root[] _roots;
    private readonly int[][] _slots;

    public ForestScorer(Forest forest)
    {
        _forest = forest;
        var steps = new List<Step>();
        var slots = new List<int[]>();
        _values = new float[forest.Trees.Sum(t => t.Values.Length)];
        _roots = new Root[forest.Trees.Count];
        int value = 0;
        for (int m = 0; m < _roots.Length; m++)
        {
            Tree tree = forest.Trees[m];
            int first = steps.Count, from = value;
            foreach (TreeNode node in tree.Nodes)
            {
                int kind = node.Slots is not null ? Step.Category : node.MissingLeft ? Step.Left : Step.Right;
                steps.Add(new Step(kind == Step.Category ? slots.Count : node.Feature, kind, node.Threshold,
                    Place(node.Left), Place(node.Right)));
                if (node.Slots is not null)
                    slots.Add(node.Slots);
            }
            tree.Values.CopyTo(_values, from);
            value += tree.Values.Length;
            _roots[m] = new Root(tree.Nodes.Length == 0 ? ~from : first, tree.FirstOutput, tree.OutputCount);

            // A leaf is the complement of where its values begin.
            int Place(int child) => child >= 0 ? first + child : ~(from + ~child * tree.OutputCount);
        }
        (_steps, _slots) = ([.. steps], [.. slots]);
    }

    /// <summary>
    /// Probability of class 1, class probabilities, or the value in the label's units, of every task in order.
    /// </summary>
    /// <param name="features">rows×d, row-major; NaN = missing.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="scores">rows×outputs; overwritten.</param>
    /// <param name="threads">Upper limit of threads; the scores' bits do not depend on it.</param>
    public unsafe void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, int threads = 1)
    {
        int d = _forest.FeatureCount, outputs = _forest.OutputCount;
        if (rows <= ShardRows || threads == 1)
        {
            for (int r = 0; r < rows; r++)
                ScoreRow(features.Slice(r * d, d), scores.Slice(r * outputs, outputs));
            return;
        }
        fixed (float* from = features, to = scores)
        {
            nint x = (nint)from, y = (nint)to;
            SharedPool.Run((rows + ShardRows - 1) / ShardRows, threads, s =>
            {
                for (int r = s * ShardRows; r < Math.Min(rows, (s + 1) * ShardRows); r++)
                    ScoreRow(new ReadOnlySpan<float>((float*)x + (long)r * d, d),
                        new Span<float>((float*)y + (long)r * outputs, outputs));
            });
        }
    }

    /// <summary>Raw outputs of one row: logits, standardised values.</summary>
    public void RawRow(ReadOnlySpan<float> features, Span<float> outputs)
    {
        _forest.Start.CopyTo(outputs);
        foreach (Root root in _roots)
        {
            int at = root.First;
            while (at >= 0)
                at = Next(_steps[at], features);
            Span<float> own = outputs.Slice(root.FirstOutput, root.OutputCount);
            TensorPrimitives.Add(own, _values.AsSpan(~at, root.OutputCount), own);
        }
    }

    private void ScoreRow(ReadOnlySpan<float> features, Span<float> scores)
    {
        RawRow(features, scores);
        for (int t = 0, from = 0; t < _forest.Tasks.Count; from += _forest.Tasks[t++].OutputCount)
            switch (_forest.Tasks[t].Kind)
            {
                case TaskKind.Regression:
                    scores[from] = scores[from] * _forest.Scales[t] + _forest.Means[t];
                    break;
                case TaskKind.Binary:
                    scores[from] = OutputTransform.Sigmoid(scores[from]);
                    break;
                default:
                    OutputTransform.Softmax(scores.Slice(from, _forest.Tasks[t].OutputCount));
                    break;
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(in Step step, ReadOnlySpan<float> features)
    {
        bool left;
        if (step.Kind == Step.Category)
            left = HasSlot(features, step.Feature);
        else
        {
            float value = features[step.Feature];
            left = step.Kind == Step.Left ? !(value > step.Threshold) : value <= step.Threshold;
        }
        return left ? step.LeftChild : step.RightChild;
    }

    private bool HasSlot(ReadOnlySpan<float> features, int category)
    {
        foreach (int slot in _slots[category])
            if (features[slot] != 0)
                return true;
        return false;
    }

    /// <summary>A node; <see cref="Kind"/> says where a missing value goes, or that it is a category.</summary>
    private readonly record struct Step(int Feature, int Kind, float Threshold, int LeftChild, int RightChild)
    {
        public const int Right = 0, Left = 1, Category = 2;
    }

    private readonly record struct Root(int First, int FirstOutput, int OutputCount);
}
