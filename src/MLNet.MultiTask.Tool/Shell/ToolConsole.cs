using Spectre.Console;
using Spectre.Console.Rendering;

namespace MLNet.MultiTask.Tool;

/// <summary>
/// Where a verb writes: results to <paramref name="output"/>, progress and notes to <paramref name="error"/>.
/// </summary>
internal sealed class ToolConsole(TextWriter output, TextWriter error)
{
    private const int WidthWithoutTerminal = 200;

    private readonly IAnsiConsole _results = Create(new ResultWriter(output));
    private readonly IAnsiConsole _notes = Create(error);

    /// <summary>Results as plain text.</summary>
    public TextWriter Output { get; } = new ResultWriter(output);

    /// <summary>A result that is more than text, such as a table.</summary>
    public void Show(IRenderable result) => _results.Write(result);

    /// <summary>One line that is no result.</summary>
    public void Note(string text) => _notes.WriteLine(text);

    /// <summary>Runs long work; on a terminal it shows a line that the work keeps up to date.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="work">Is given the action that says how far it is.</param>
    public T Watch<T>(string title, Func<Action<string>, T> work)
    {
        if (!_notes.Profile.Out.IsTerminal)
        {
            Note(title + " …");
            return work(_ => { });
        }
        return _notes.Status().Start(Markup.Escape(title), context => work(
            detail => context.Status = Markup.Escape($"{title}: {detail}")));
    }

    private static IAnsiConsole Create(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
