using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask;

/// <summary>What every trainer is told whose tasks share models by groups.</summary>
public abstract class GroupTrainerOptions : MultiTaskOptions
{
    /// <summary>
    /// Which tasks share a model: a <see cref="TaskGrouping"/>, whose <see cref="TaskGrouping.Parse"/> reads the
    /// canonical text, or <see cref="TrainerGrouping.Auto"/>, the choice by really training.
    /// </summary>
    /// <value>
    /// The default value is null: as the column <see cref="GroupColumnName"/> says, and without it all tasks together.
    /// </value>
    public TrainerGrouping? Grouping { get; set; }

    /// <summary>Column with the group of each task; used where the data has it. Null = not looked at.</summary>
    /// <value>The default value is "TaskGroup".</value>
    public string? GroupColumnName { get; set; } = "TaskGroup";

    /// <summary>
    /// Number of folds K: K models are trained, each stopped by its own part of all rows, and their mean is the model.
    /// For few rows (up to some thousand); takes K times as long. See <see cref="FoldsLearner"/>.
    /// </summary>
    /// <value>
    /// The default value is null: one model, stopped by <see cref="MultiTaskOptions.ValidationFraction"/> of the rows.
    /// Otherwise at least 2, without validation rows of one's own and not with rows ordered by time.
    /// </value>
    public int? Folds { get; set; }

    /// <summary>How much the classes of binary and multi-class tasks count.</summary>
    /// <value>The default value is <see cref="ClassWeighting.None"/>.</value>
    public ClassWeighting ClassWeighting { get; set; }

    /// <summary>
    /// Keeps a checkpoint of every model while it is trained, and gives it back when an interrupted <c>Fit</c> is
    /// called again, such as a <see cref="Persistence.CheckpointFolder"/>.
    /// </summary>
    /// <value>The default value is null: no checkpoints.</value>
    public ICheckpointStore? Checkpoints { get; set; }

    internal override void Validate()
    {
        base.Validate();
        if (Folds is null)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThan(Folds.Value, 2, nameof(Folds));
        if (IsOrderedByTime)
            throw new ArgumentException($"{nameof(Folds)} and {nameof(IsOrderedByTime)} exclude one another: rows in " +
                "order of time cannot be held out in turn", nameof(Folds));
        if (ValidationFraction != DefaultValidationFraction)
            throw new ArgumentException($"{nameof(ValidationFraction)} is {ValidationFraction}, but with " +
                $"{nameof(Folds)} = {Folds} every fold holds out 1/{Folds} of the rows; leave one of them out",
                nameof(ValidationFraction));
    }
}
