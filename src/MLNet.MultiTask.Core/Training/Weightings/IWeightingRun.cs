namespace MLNet.MultiTask.Training;

/// <summary>A weighting in the course of one training: its state, which checkpoints keep.</summary>
/// <remarks>Nothing here may allocate from step to step.</remarks>
public interface IWeightingRun
{
    /// <summary>Numbers that <see cref="Save"/> writes; the same for the whole run.</summary>
    int StateLength => 0;

    /// <summary>Writes all that changes from step to step.</summary>
    /// <param name="state"><see cref="StateLength"/> numbers.</param>
    void Save(Span<double> state)
    {
    }

    /// <summary>Goes back to what <see cref="Save"/> wrote.</summary>
    void Restore(ReadOnlySpan<double> state)
    {
    }

    /// <summary>After every epoch.</summary>
    /// <param name="trainLosses">Per task of the network: mean of its batch losses; NaN where it had no label.</param>
    /// <param name="validationLosses">Per task of the network; NaN where no validation row has a label.</param>
    void EndEpoch(ReadOnlySpan<double> trainLosses, ReadOnlySpan<double> validationLosses)
    {
    }
}
