#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#import <os/availability.h>

#define NS_ASSUME_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define NS_ASSUME_NONNULL_END _Pragma("clang assume_nonnull end")
#define NS_DESIGNATED_INITIALIZER __attribute__((objc_designated_initializer))
#define NS_UNAVAILABLE __attribute__((unavailable))
#define NS_REQUIRES_SUPER __attribute__((objc_requires_super))
#define NS_FORMAT_FUNCTION(F, A) __attribute__((format(NSString, F, A)))
#define NS_FORMAT_ARGUMENT(A) __attribute__((format_arg(A)))
#define NS_RETURNS_INNER_POINTER __attribute__((objc_returns_inner_pointer))
#define NS_NOESCAPE __attribute__((noescape))
#define NS_ENUM(TYPE, NAME)                                  \
  enum __attribute__((enum_extensibility(open))) NAME : TYPE NAME; \
  enum NAME : TYPE
#define NS_CLOSED_ENUM(TYPE, NAME)                             \
  enum __attribute__((enum_extensibility(closed))) NAME : TYPE NAME; \
  enum NAME : TYPE
// In C++ a set of options is a plain integer, so that "|" needs no cast.
#define NS_OPTIONS(TYPE, NAME) \
  TYPE NAME;                   \
  enum __attribute__((flag_enum)) : NAME
#define nil __null

// As on a 64-bit phone.
typedef bool BOOL;
#define YES __objc_yes
#define NO __objc_no
typedef long NSInteger;
typedef unsigned long NSUInteger;
typedef double CGFloat;
typedef double NSTimeInterval;

NS_ASSUME_NONNULL_BEGIN

@class NSString;

@protocol NSObject
- (BOOL)isKindOfClass:(Class)aClass;
@end

@protocol NSCopying
@end

__attribute__((objc_root_class))
@interface NSObject <NSObject>
+ (instancetype)alloc;
- (instancetype)init NS_DESIGNATED_INITIALIZER;
+ (Class)class;
- (Class)class;
- (id)copy;
- (void)dealloc;
@end

NS_ASSUME_NONNULL_END
