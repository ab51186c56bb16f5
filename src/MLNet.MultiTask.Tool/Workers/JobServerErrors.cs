namespace MLNet.MultiTask.Tool.Workers;

/// <summary>Calls into a job server; its refusals become an <see cref="InputException"/> of one sentence.</summary>
internal static class JobServerErrors
{
    public static T Translate<T>(Func<T> call)
    {
        try
        {
            return LibraryErrors.Translate(call);
        }
        catch (Exception e) when (e is TrialExecutorException or WorkerRefusedException)
        {
            throw new InputException(e.Message + ".", e);
        }
    }
}
