using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>
/// The extensions that a loaded model may name: the custom mapping factories of registered assemblies.
/// </summary>
public sealed class ComponentCatalog
{
    private readonly Dictionary<(Type Attribute, string Contract), Type> _extensions = [];
    private readonly HashSet<Assembly> _assemblies = [];
    private readonly Lock _lock = new();

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_lock)
        {
            if (!_assemblies.Add(assembly))
                return;
            foreach (Type type in assembly.GetTypes().Where(t => t.IsClass))
            {
                foreach (ExtensionBaseAttribute attribute in type.GetCustomAttributes<ExtensionBaseAttribute>())
                {
                    bool added = _extensions.TryAdd((attribute.GetType(), attribute.ContractName), type);
                    if (!added && throwOnError)
                    {
                        throw new InvalidOperationException(
                            $"The extension '{attribute.ContractName}' is registered by more than one type.");
                    }
                }
            }
        }
    }

    internal object CreateExtension(Type attributeType, string contractName)
    {
        lock (_lock)
        {
            return _extensions.TryGetValue((attributeType, contractName), out Type type)
                ? Activator.CreateInstance(type)
                : throw new InvalidOperationException(
                    $"The extension '{contractName}' is not registered with the component catalog.");
        }
    }
}
