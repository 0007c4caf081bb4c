using System.Collections.Frozen;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>All functions and methods on the types decimal, ipaddr, datetime and duration.</summary>
internal static class ExtensionFunctions
{
    public static FrozenDictionary<string, ExtensionFunction> ByName { get; } = new ExtensionFunction[]
    {
        Constructor("decimal", "decimal", "a number with one to four digits after the point, such as 1.25",
            static text => DecimalValue.TryParse(text, out DecimalValue? value) ? value : null),
        Constructor("ip", "ipaddr", "an IPv4 or IPv6 address or range, such as 10.0.0.0/8",
            static text => IpAddressValue.TryParse(text, out IpAddressValue? value) ? value : null),
        Constructor("datetime", "datetime", "a date or a date and time, such as 2027-12-31 or 2027-12-31T23:59:59Z",
            static text => DateTimeValue.TryParse(text, out DateTimeValue? value) ? value : null),
        Constructor("duration", "duration", "numbers with units from large to small, such as 1d12h",
            static text => DurationValue.TryParse(text, out DurationValue? value) ? value : null),
        Comparison("lessThan", static (a, b) => a < b),
        Comparison("lessThanOrEqual", static (a, b) => a <= b),
        Comparison("greaterThan", static (a, b) => a > b),
        Comparison("greaterThanOrEqual", static (a, b) => a >= b),
        Method<IpAddressValue, BooleanValue>("isIpv4", static a => BooleanValue.Of(a.IsIpv4)),
        Method<IpAddressValue, BooleanValue>("isIpv6", static a => BooleanValue.Of(!a.IsIpv4)),
        Method<IpAddressValue, BooleanValue>("isLoopback", static a => BooleanValue.Of(a.IsLoopback)),
        Method<IpAddressValue, BooleanValue>("isMulticast", static a => BooleanValue.Of(a.IsMulticast)),
        Method<IpAddressValue, IpAddressValue, BooleanValue>("isInRange", static (a, b) => BooleanValue.Of(a.IsInRange(b))),
        Method<DateTimeValue, DurationValue, DateTimeValue>("offset", static (a, b) => a.Offset(b)),
        Method<DateTimeValue, DateTimeValue, DurationValue>("durationSince", static (a, b) => a.DurationSince(b)),
        Method<DateTimeValue, DateTimeValue>("toDate", static a => a.ToDate()),
        Method<DateTimeValue, DurationValue>("toTime", static a => a.ToTime()),
        Method<DurationValue, LongValue>("toMilliseconds", static a => a.In(1)),
        Method<DurationValue, LongValue>("toSeconds", static a => a.In(1000)),
        Method<DurationValue, LongValue>("toMinutes", static a => a.In(60_000)),
        Method<DurationValue, LongValue>("toHours", static a => a.In(3_600_000)),
        Method<DurationValue, LongValue>("toDays", static a => a.In(86_400_000)),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    private static ExtensionFunction Constructor(string name, string type, string form, Func<string, CedarValue?> parse) =>
        new(name, false, ["String"], type, arguments =>
        {
            if (arguments[0] is not StringValue text)
            {
                return WrongType(name, "String", arguments[0]);
            }

            return parse(text.Value) is { } value
                ? new ExtensionResult(value, null)
                : new ExtensionResult(
                    null, $"{name}(\"{Quoting.Shorten(text.Value)}\") is no {name}; it takes {form}, within the range of the type");
        });

    private static ExtensionFunction Comparison(string name, Func<long, long, bool> compare) =>
        Method<DecimalValue, DecimalValue, BooleanValue>(name, (a, b) => BooleanValue.Of(compare(a.TenThousandths, b.TenThousandths)));

    private static ExtensionFunction Method<T, TResult>(string name, Func<T, TResult?> apply)
        where T : CedarValue
        where TResult : CedarValue => new(name, true, [NameOf<T>()], NameOf<TResult>(), arguments => arguments[0] is T target
            ? Checked(name, apply(target))
            : WrongType(name, NameOf<T>(), arguments[0]));

    private static ExtensionFunction Method<T1, T2, TResult>(string name, Func<T1, T2, TResult?> apply)
        where T1 : CedarValue
        where T2 : CedarValue
        where TResult : CedarValue =>
        new(name, true, [NameOf<T1>(), NameOf<T2>()], NameOf<TResult>(), arguments => (arguments[0], arguments[1]) switch
        {
            (T1 target, T2 argument) => Checked(name, apply(target, argument)),
            (T1, _) => WrongType(name, NameOf<T2>(), arguments[1]),
            _ => WrongType(name, NameOf<T1>(), arguments[0]),
        });

    private static ExtensionResult Checked(string name, CedarValue? value) =>
        value is not null ? new(value, null) : new(null, $"{name} leaves the range of 64-bit milliseconds");

    private static ExtensionResult WrongType(string name, string expected, CedarValue found) =>
        new(null, $"{name} takes a {expected}, not a {found.TypeName}");

    private static string NameOf<T>() =>
        typeof(T) == typeof(BooleanValue) ? "Bool"
        : typeof(T) == typeof(LongValue) ? "Long"
        : typeof(T) == typeof(DecimalValue) ? "decimal"
        : typeof(T) == typeof(IpAddressValue) ? "ipaddr"
        : typeof(T) == typeof(DateTimeValue) ? "datetime"
        : "duration";
}
