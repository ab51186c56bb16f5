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

    /// <summary>How much the classes of binary and multi-class tasks count.</summary>
    /// <value>The default value is <see cref="ClassWeighting.None"/>.</value>
    public ClassWeighting ClassWeighting { get; set; }

    /// <summary>
    /// Keeps a checkpoint of every model while it is trained, and gives it back when an interrupted <c>Fit</c> is
    /// called again, such as a <see cref="Persistence.CheckpointFolder"/>.
    /// </summary>
    /// <value>The default value is null: no checkpoints.</value>
    public ICheckpointStore? Checkpoints { get; set; }
}
