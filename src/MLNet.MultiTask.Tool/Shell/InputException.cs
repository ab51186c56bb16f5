namespace MLNet.MultiTask.Tool;

/// <summary>
/// Something the user can put right; the message is one sentence that names the file, line, column, task or option.
/// </summary>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
