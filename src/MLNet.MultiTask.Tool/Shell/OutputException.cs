namespace MLNet.MultiTask.Tool;

/// <summary>The standard output takes nothing more; files are written before anything is shown.</summary>
internal sealed class OutputException(string message, Exception? inner = null) : Exception(message, inner);
