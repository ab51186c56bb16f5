using Microsoft.ML.Data;

namespace Microsoft.ML.Runtime;

/// <summary>
/// The environment of a context and of everything registered in it; a child draws its seed from its parent.
/// </summary>
internal sealed class HostEnvironment : IHost
{
    private readonly string _fullName;
    private readonly Action<string, ChannelMessage> _log;
    private readonly Lock _lock = new();

    public HostEnvironment(int? seed, Action<string, ChannelMessage> log)
        : this(null, seed is { } value ? new Random(value) : new Random(), log, new ComponentCatalog())
        => Seed = seed;

    private HostEnvironment(string fullName, Random rand, Action<string, ChannelMessage> log, ComponentCatalog catalog)
    {
        _fullName = fullName;
        _log = log;
        Rand = rand;
        ComponentCatalog = catalog;
    }

    public Random Rand { get; }

    /// <summary>The seed given to the context; null for a child.</summary>
    public int? Seed { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string ContextDescription => _fullName ?? "HostEnvironment";

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_lock)
            return new HostEnvironment(Qualify(name), new Random(seed ?? Rand.Next()), _log, ComponentCatalog);
    }

    public IChannel Start(string name) => new Channel(Qualify(name), _log);

    public IPipe<TMessage> StartPipe<TMessage>(string name) => new Pipe<TMessage>(Qualify(name));

    public IProgressChannel StartProgressChannel(string name) => new SilentProgressChannel();

    private string Qualify(string name) => _fullName == null ? name : $"{_fullName}; {name}";
}
