using System.CommandLine;

namespace MLNet.MultiTask.Tool;

/// <summary>A command whose help ends with examples and remarks.</summary>
internal sealed class VerbCommand(string name, string description, string examples) : Command(name, description)
{
    /// <summary>Shown after the options by <c>--help</c>.</summary>
    public string Examples { get; } = examples;
}
