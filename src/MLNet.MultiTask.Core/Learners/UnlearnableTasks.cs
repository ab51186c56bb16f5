namespace MLNet.MultiTask;

/// <summary>What becomes of tasks whose training rows hold no label, one class, or one target only.</summary>
public enum UnlearnableTasks
{
    /// <summary>
    /// They are set aside: the others are trained, and these score the constant of their training rows. One note names
    /// them all.
    /// </summary>
    SetAside,

    /// <summary>An error names them all before anything is trained.</summary>
    Refuse,
}
