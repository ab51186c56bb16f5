using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>
/// The parts of a branching network that share nothing but the features: where the first layer is divided, every branch
/// of it with all that grows from it. Each has its own best epoch, as networks of groups have.
/// </summary>
internal sealed class TreeParts
{
    private readonly TreeShape _shape;
    private readonly int[] _partOf;

    public TreeParts(TreeShape shape)
    {
        _shape = shape;
        Count = shape.Tree.Levels[0].Count;
        _partOf = shape.Tree.Levels[0].ToAssignment();
    }

    /// <summary>Number of parts.</summary>
    public int Count { get; }

    /// <summary>The relative validation loss of every part.</summary>
    public double[] Losses(RelativeLoss loss, IReadOnlyList<double> taskLosses) =>
        [.. Enumerable.Range(0, Count).Select(part =>
            loss.Total([.. taskLosses.Select((own, t) => _partOf[t] == part ? own : double.NaN)]))];

    /// <summary>Every task's loss at its part's epoch, numbered from 1.</summary>
    public double[] At(IReadOnlyList<TrainingProgress> history, ReadOnlySpan<int> epochs)
    {
        var losses = new double[_partOf.Length];
        for (int t = 0; t < losses.Length; t++)
            losses[t] = history[epochs[_partOf[t]] - 1].TaskValidationLosses[t];
        return losses;
    }

    /// <summary>The parameters of every part from its own vector.</summary>
    public float[] Assemble(IReadOnlyList<float[]> parameters)
    {
        var all = new float[_shape.ParameterCount];
        var root = new int[_shape.Blocks.Length];
        int width = _shape.Hidden[0];
        for (int b = 0; b < _shape.Blocks.Length; b++)
        {
            TreeBlock block = _shape.Blocks[b];
            if (block.Parent < 0)
            {
                for (int part = 0; part < Count; part++)
                {
                    Copy(part, block.WeightOffset + part * width * block.Inputs, width * block.Inputs);
                    for (int vector = block.BiasOffset; vector < block.End; vector += block.Outputs)
                        Copy(part, vector + part * width, width);
                }
                continue;
            }
            root[b] = block.Parent == 0 ? block.ParentColumn / width : root[block.Parent];
            Copy(root[b], block.WeightOffset, block.End - block.WeightOffset);
        }
        return all;

        void Copy(int part, int from, int count) => parameters[part].AsSpan(from, count).CopyTo(all.AsSpan(from));
    }
}
