#pragma once

#import <UIKit/UIViewController.h>

NS_ASSUME_NONNULL_BEGIN

@interface UIPresentationController : NSObject
@end

@interface UIPopoverPresentationController : UIPresentationController
@property(nullable, nonatomic, strong) UIView* sourceView;
@end

API_AVAILABLE(ios(15.0))
@interface UISheetPresentationControllerDetent : NSObject
+ (instancetype)mediumDetent;
+ (instancetype)largeDetent;
@end

API_AVAILABLE(ios(15.0))
@interface UISheetPresentationController : UIPresentationController
@property(nonatomic, copy)
    NSArray<UISheetPresentationControllerDetent*>* detents;
@property(nonatomic) BOOL prefersGrabberVisible;
@property(nonatomic) BOOL prefersEdgeAttachedInCompactHeight;
@end

typedef NS_ENUM(NSInteger, UIAlertActionStyle) {
  UIAlertActionStyleDefault = 0,
  UIAlertActionStyleCancel,
  UIAlertActionStyleDestructive,
} API_AVAILABLE(ios(8.0));

typedef NS_ENUM(NSInteger, UIAlertControllerStyle) {
  UIAlertControllerStyleActionSheet = 0,
  UIAlertControllerStyleAlert,
} API_AVAILABLE(ios(8.0));

API_AVAILABLE(ios(8.0))
@interface UIAlertAction : NSObject
+ (instancetype)actionWithTitle:(nullable NSString*)title
                          style:(UIAlertActionStyle)style
                        handler:
                            (void (^_Nullable)(UIAlertAction* action))handler;
@end

API_AVAILABLE(ios(8.0))
@interface UIAlertController : UIViewController
+ (instancetype)
    alertControllerWithTitle:(nullable NSString*)title
                     message:(nullable NSString*)message
              preferredStyle:(UIAlertControllerStyle)preferredStyle;
- (void)addAction:(UIAlertAction*)action;
@end

@interface UIActivity : NSObject
@end

API_AVAILABLE(ios(6.0))
@interface UIActivityViewController : UIViewController
- (instancetype)initWithActivityItems:(NSArray*)activityItems
                applicationActivities:
                    (nullable NSArray<__kindof UIActivity*>*)activities
    NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;
@end

NS_ASSUME_NONNULL_END
