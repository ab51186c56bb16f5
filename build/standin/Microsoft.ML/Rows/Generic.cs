using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Calls a generic method with type arguments that are known only at run time.</summary>
internal static class Generic
{
    private const BindingFlags Any =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static object Call(Type owner, string method, Type[] types, params object[] arguments)
        => owner.GetMethod(method, Any).MakeGenericMethod(types)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    public static object Create(Type openType, Type[] types, params object[] arguments)
        => Activator.CreateInstance(
            openType.MakeGenericType(types), Any | BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
