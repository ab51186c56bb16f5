namespace MLNet.MultiTask.Networks;

/// <summary>
/// Neighbouring tasks whose outputs are treated alike: some binary or regression tasks, or one multi-class task.
/// </summary>
internal readonly record struct TaskRun(TaskKind Kind, int FirstTask, int FirstOutput, int OutputCount);
