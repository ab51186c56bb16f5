namespace MLNet.MultiTask.Training;

/// <summary>How far an epoch has come.</summary>
/// <param name="Rows">Training rows used, in the epoch's order; 0 = the epoch has not begun.</param>
/// <param name="LossSum">Σ of the batches' losses.</param>
/// <param name="Batches">Batches with a loss.</param>
/// <param name="Seconds">Time taken.</param>
internal readonly record struct PartialEpoch(int Rows, double LossSum, int Batches, double Seconds)
{
    public double MeanLoss => Batches == 0 ? double.NaN : LossSum / Batches;

    /// <summary>After one more batch; a loss of NaN is of a batch without labels.</summary>
    public PartialEpoch After(int rows, double loss) => this with
    {
        Rows = Rows + rows,
        LossSum = double.IsNaN(loss) ? LossSum : LossSum + loss,
        Batches = double.IsNaN(loss) ? Batches : Batches + 1,
    };
}
