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

    private readonly BoostedForest _forest;
    private readonly Step[] _steps;
    private readonly float[] _values;
    private readonly Root[] _roots;
    private readonly int[][] _slots;

    public ForestScorer(BoostedForest forest)
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

    /// <summary>Scores and margins of rows, as <see cref="Learners.IGroupModel"/> says; empty = not wanted.</summary>
    public unsafe void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads)
    {
        int d = _forest.FeatureCount, outputs = _forest.OutputCount;
        if (rows <= ShardRows || threads == 1)
        {
            Score(features, scores, raw, 0, rows);
            return;
        }
        fixed (float* from = features, to = scores, other = raw)
        {
            nint x = (nint)from, y = (nint)to, z = (nint)other;
            bool wantsScores = !scores.IsEmpty, wantsRaw = !raw.IsEmpty;
            SharedPool.Run((rows + ShardRows - 1) / ShardRows, threads, s => Score(
                new ReadOnlySpan<float>((float*)x, rows * d),
                new Span<float>((float*)y, wantsScores ? rows * outputs : 0),
                new Span<float>((float*)z, wantsRaw ? rows * outputs : 0),
                s * ShardRows, Math.Min(rows, (s + 1) * ShardRows)));
        }
    }

    private void Score(ReadOnlySpan<float> features, Span<float> scores, Span<float> raw, int first, int end)
    {
        int d = _forest.FeatureCount, outputs = _forest.OutputCount;
        for (int r = first; r < end; r++)
        {
            Span<float> own = (scores.IsEmpty ? raw : scores).Slice(r * outputs, outputs);
            RawRow(features.Slice(r * d, d), own);
            ToUnits(own);
            if (scores.IsEmpty)
                continue;
            if (!raw.IsEmpty)
                own.CopyTo(raw[(r * outputs)..]);
            ToProbabilities(own);
        }
    }

    /// <summary>Raw outputs of one row: logits, standardised values.</summary>
    private void RawRow(ReadOnlySpan<float> features, Span<float> outputs)
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

    private void ToUnits(Span<float> outputs)
    {
        for (int t = 0; t < _forest.Tasks.Count; t++)
            if (_forest.Tasks[t].Kind == TaskKind.Regression)
            {
                ref float value = ref outputs[_forest.OutputOffset(t)];
                value = value * _forest.TargetScales[t] + _forest.TargetMeans[t];
            }
    }

    private void ToProbabilities(Span<float> outputs)
    {
        for (int t = 0; t < _forest.Tasks.Count; t++)
        {
            Span<float> own = outputs.Slice(_forest.OutputOffset(t), _forest.Tasks[t].OutputCount);
            if (_forest.Tasks[t].Kind == TaskKind.Binary)
                OutputTransform.Sigmoid(own);
            else if (_forest.Tasks[t].Kind == TaskKind.Multiclass)
                OutputTransform.Softmax(own);
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
            if (features[slot] is not (0 or float.NaN))
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
